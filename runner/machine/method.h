/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * method.h - the methods to boot a machine into a kernel once: check the requirements, arm the next
 * boot, verify that, disarm it, and reboot.
 *
 * A method arms exactly one boot: the one after it is known-good again.
 */
#ifndef KDUEL_MACHINE_METHOD_H
#define KDUEL_MACHINE_METHOD_H

#include "runner/machine/install.h"

/* What to boot. */
struct method_boot {
	const struct installed *kernel;
	const char *cmdline; /* the complete command line */
};

/* Find out which boot loader the machine has: sets *method to MACHINE_BOOT_GRUB,
 * MACHINE_BOOT_SYSTEMD_BOOT or, if it has neither, MACHINE_BOOT_NO. 0 or -errno. */
int method__find_loader(struct ssh *s, enum machine_boot *method, struct err *err);

/* All functions below return 0, or -errno with ssh->fault, which is BOOT_MACHINE_ARM if the machine
 * reported a failure. */

/* Check that the machine can be booted by this method. Changes nothing. */
int method__check(struct ssh *s, enum machine_boot method, struct err *err);
/* Make the next boot that of the kernel. */
int method__arm(struct ssh *s, enum machine_boot method, const struct method_boot *boot,
		struct err *err);
/* Verify that the next boot is armed. */
int method__verify(struct ssh *s, enum machine_boot method, struct err *err);
/* Make the next boot known-good again, whichever method armed it. Does nothing if none is armed. */
int method__disarm(struct ssh *s, struct err *err);
/* After a boot, check that the one-time entry was cleared; if not, clear it and fail. */
int method__check_spent(struct ssh *s, enum machine_boot method, struct err *err);

/*
 * Reboot into the armed kernel by `method`, or into known-good (MACHINE_BOOT_NO). Returns once the
 * machine has been told, before it goes down; a connection that breaks meanwhile is not an error.
 * `force`: do not wait for services to stop.
 */
int method__go(struct ssh *s, enum machine_boot method, bool force, struct err *err);

#endif
