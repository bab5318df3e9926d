/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * evidence.h - what a machine kept of a boot that failed: records of pstore, the kernel log of the
 * boot before, the watchdog's word. It comes from a dying kernel: bounded and made fit for people.
 */
#ifndef KDUEL_MACHINE_EVIDENCE_H
#define KDUEL_MACHINE_EVIDENCE_H

#include "runner/machine/ssh.h"

/* Names of the texts of a boot. */
#define EVIDENCE_PSTORE "crash/pstore"
#define EVIDENCE_KERNEL_LOG "crash/kernel-log"
/* Fact: that a watchdog ended the boot, and which ("reset by i6300ESB timer"). */
#define FACT_WATCHDOG_RESET "crash/watchdog"

struct evidence {
	char *pstore; /* records in the order in which they were written; NULL: none */
	size_t pstore_len;
	char *kernel_log; /* of the boot that failed (journalctl -k); NULL: none kept */
	size_t kernel_log_len;
	char *watchdog; /* NULL: it did nothing, or there is none */
};

/* Before a boot is armed: note on the machine which records of pstore are there, which are not ours.
 * 0 or -errno with ssh->fault. */
int evidence__mark(struct ssh *s, struct err *err);
/*
 * After a boot that failed, on the system that came up after it: read what is new since
 * evidence__mark(), and empty pstore of it, once we have it. `boot_id` is that of the boot that failed,
 * as far as it was seen; NULL: it is the boot before this one, unless that was `known_good`, the boot id
 * of the system that armed it. 0, also when there is nothing; or -errno with ssh->fault.
 * evidence__release() in any case.
 */
int evidence__collect(struct ssh *s, const char *boot_id, const char *known_good,
		      struct evidence *ev, struct err *err);
void evidence__release(struct evidence *ev);

#endif
