/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * measure.h - one step of a bisection: build a commit, boot it against GOOD, and judge it.
 *
 * Timed boots of GOOD are interleaved with those of the commit in every step, so that drift of the machine
 * falls on both. In exact mode there is none: GOOD boots once for all steps.
 */
#ifndef KDUEL_BISECT_MEASURE_H
#define KDUEL_BISECT_MEASURE_H

#include "reports/store/store.h"
#include "runner/cli/bisect/journal.h"
#include "runner/plan/read.h"

struct bisect_run {
	struct store *st;
	const struct bisect_journal *j;
	char key[BISECT_ID_LEN]; /* tag of the campaigns that steps may share: same plan, same GOOD */
	char *candidate, *baseline; /* owned; names of the variants */
	size_t at_candidate, at_baseline;
	struct metric metric; /* as the plan judges it; its strings are not ours */
	bool exact;
	unsigned int plan_boots, max_boots;
	unsigned int repeats; /* boots of a campaign of exact mode that repeat others, per variant */
	uint64_t seed;
	double alpha;
	int direction; /* that is worse; 0: not known before BAD was measured */
};

/* Read the plan of the journal, and hold it against what a bisection takes: two variants, one built of
 * ${commit}, one of ${good}, and the metric. Fills all but st, max_boots, alpha. Mistakes are printed;
 * returns an exit code. *metric is the metric's full name, the caller frees. */
int bisect_run__open(struct bisect_run *r, const struct bisect_journal *j, const char *pattern,
		     char **metric);
void bisect_run__release(struct bisect_run *r);
/* Boots of the commit that the noise asks for in the next step: of the steps so far, else of A/A runs, else what
 * the plan says. */
unsigned int bisect_run__boots(const struct bisect_run *r);
/* Build GOOD; *kernel is replaced by its hash. Returns an exit code. */
int bisect_run__build_good(const struct bisect_run *r, char **kernel);
/* Test a commit. One of whose kernel another step, or GOOD, was built the same is not booted: it is what that
 * one is. 0: `s`, which has commit and subject, is filled; it is skipped when it does not build or
 * boot, or stays open with twice the boots. Else an exit code, and the reason is printed. `end`: it is
 * BAD, without which there is no bisection: that it does not build or boot is an error. */
int bisect_run__test(struct bisect_run *r, bool end, struct bisect_step *s);

#endif
