/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * method.h - the ways to boot a machine into a kernel once: what must be there, how the next boot is
 * armed, how that is proven, how it is taken back, and how the machine leaves.
 *
 * Whatever a method arms holds for one boot: the one after it is known-good again.
 */
#ifndef KDUEL_MACHINE_METHOD_H
#define KDUEL_MACHINE_METHOD_H

#include "runner/machine/install.h"

/* What a boot loader or kexec is told. */
struct method_boot {
	const struct installed *kernel;
	const char *cmdline; /* whole */
};

/* The loader that the machine has, when its file names no method: *method is MACHINE_BOOT_GRUB or
 * MACHINE_BOOT_SYSTEMD_BOOT, MACHINE_BOOT_NO when there is none. 0 or -errno. */
int method__find_loader(struct ssh *s, enum machine_boot *method, struct err *err);

/* Each is 0, or -errno with ssh->fault: BOOT_MACHINE_ARM when the machine says why not. */

/* Can the machine be booted so? Changes nothing. */
int method__check(struct ssh *s, enum machine_boot method, struct err *err);
/* Have the next boot be this kernel. */
int method__arm(struct ssh *s, enum machine_boot method, const struct method_boot *boot,
		struct err *err);
/* Is the next boot ours? */
int method__verify(struct ssh *s, enum machine_boot method, struct err *err);
/* The next boot is known-good again, whatever method armed it. What is not armed is left alone. */
int method__disarm(struct ssh *s, struct err *err);
/* After a boot: did the one-time entry hold once only? */
int method__check_spent(struct ssh *s, enum machine_boot method, struct err *err);

/*
 * Leave for what is armed (`method`), or for known-good (MACHINE_BOOT_NO). Returns when the machine was
 * told, before it is down; a connection that breaks on the way is no error. `force`: without waiting for
 * its services to stop.
 */
int method__go(struct ssh *s, enum machine_boot method, bool force, struct err *err);

#endif
