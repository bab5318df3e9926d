/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * evidence.h - what a machine has kept of a boot that failed: pstore records, the kernel log of the
 * previous boot, and whether the watchdog reset it. As it comes from a crashing kernel, its size is
 * bounded and it is made printable.
 */
#ifndef KDUEL_MACHINE_EVIDENCE_H
#define KDUEL_MACHINE_EVIDENCE_H

#include "runner/machine/ssh.h"

/* Names under which the texts are stored with a boot. */
#define EVIDENCE_PSTORE "crash/pstore"
#define EVIDENCE_KERNEL_LOG "crash/kernel-log"
/* Fact: which watchdog ended the boot ("reset by i6300ESB timer"). */
#define FACT_WATCHDOG_RESET "crash/watchdog"

struct evidence {
	char *pstore; /* records in chronological order; NULL: none */
	size_t pstore_len;
	char *kernel_log; /* of the boot that failed (journalctl -k); NULL: none kept */
	size_t kernel_log_len;
	char *watchdog; /* the fact's value; NULL: no watchdog reset the machine */
};

/* Call it before the first boot: notes on the machine which pstore records exist already, as those
 * are not ours. 0, or -errno with ssh->fault. */
int evidence__mark(struct ssh *s, struct err *err);
/*
 * Collect the evidence of a failed boot, on the system that came up after it. Reads the pstore
 * records that are new since evidence__mark(), then deletes them. `boot_id` is that of the failed
 * boot. If it is not known (NULL), the previous boot is taken for the failed one, unless it was
 * `known_good`, the boot id of the system that armed it. 0, even if there is no evidence; or -errno
 * with ssh->fault. The caller calls evidence__release() in any case.
 */
int evidence__collect(struct ssh *s, const char *boot_id, const char *known_good,
		      struct evidence *ev, struct err *err);
void evidence__release(struct evidence *ev);

#endif
