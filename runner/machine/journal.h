/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * journal.h - how far kduel has brought a machine, one synced line a step, on this host.
 *
 * It belongs to the machine, not to a campaign, and is a file of the cache, not of the database: what a
 * killed kduel has left on a machine is put right by the next one that takes it, whatever that runs and
 * wherever its results go. The same lines say how long earlier boots took.
 */
#ifndef KDUEL_MACHINE_JOURNAL_H
#define KDUEL_MACHINE_JOURNAL_H

#include "lib/err.h"

#define JOURNAL_WORD_MAX 24 /* bytes of a state's or method's name */

struct journal {
	char *path;
	int fd; /* -1: closed */
	char last[JOURNAL_WORD_MAX]; /* the state that was entered last; "" at the beginning */
};

/* Open a machine's, whose last state is journal->last. 0 or -errno. journal__close() in any case. */
int journal__open(const char *machine, struct journal *j, struct err *err);
/* A state is entered, of the campaign's boot in `slot`. On the disk when it returns. 0 or -errno. */
int journal__enter(struct journal *j, const char *state, const char *campaign, unsigned int slot,
		   struct err *err);
/* A boot by `method` took so long from "go" to the answer of the new kernel. 0 or -errno. */
int journal__took(struct journal *j, const char *method, uint64_t ns, struct err *err);
/* The 95th percentile of the last hundred boots by `method`, in ns; 0: there is none. */
uint64_t journal__p95(const struct journal *j, const char *method);
void journal__close(struct journal *j);

#endif
