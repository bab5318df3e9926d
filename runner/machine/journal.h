/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * journal.h - a file on this host that records each step of booting a machine, one synced line per
 * step, and how long earlier boots took.
 *
 * It belongs to the machine, not to a campaign, so it is in the cache, not in the database: if kduel
 * is killed, the next one that takes the machine cleans up, whichever campaign and database that
 * one uses.
 */
#ifndef KDUEL_MACHINE_JOURNAL_H
#define KDUEL_MACHINE_JOURNAL_H

#include "lib/err.h"

#define JOURNAL_WORD_MAX 24 /* bytes of a state's or method's name */

struct journal {
	char *path;
	int fd; /* -1: closed */
	char last[JOURNAL_WORD_MAX]; /* the state that was entered last; "" in a new journal */
};

/* Open a machine's journal and read its last state. 0 or -errno. The caller calls journal__close()
 * in any case. */
int journal__open(const char *machine, struct journal *j, struct err *err);
/* Record that the campaign's boot in `slot` enters a state; synced before it returns. 0 or
 * -errno. */
int journal__enter(struct journal *j, const char *state, const char *campaign, unsigned int slot,
		   struct err *err);
/* Record how long a boot by `method` took from the reboot command to the answer of the new kernel.
 * 0 or -errno. */
int journal__took(struct journal *j, const char *method, uint64_t ns, struct err *err);
/* The 95th percentile of how long the last 100 boots by `method` took, in ns; 0 if there are
 * none. */
uint64_t journal__p95(const struct journal *j, const char *method);
void journal__close(struct journal *j);

#endif
