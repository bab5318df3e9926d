/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * measure.h - one step of a bisection: build a commit, boot it against GOOD, and judge it.
 *
 * When times are measured, every step boots GOOD again, interleaved with the commit, so that drift
 * of the machine affects both. Exact mode has no drift, so all steps share GOOD's boots.
 */
#ifndef KDUEL_BISECT_MEASURE_H
#define KDUEL_BISECT_MEASURE_H

#include "reports/store/store.h"
#include "runner/cli/bisect/journal.h"
#include "runner/plan/read.h"

struct bisect_run {
	struct store *st;
	const struct bisect_journal *j;
	/* Tag of the campaigns: a hash of repository, GOOD and plan. Bisections with the same key
	 * may share campaigns. */
	char key[BISECT_ID_LEN];
	char *candidate, *baseline; /* names of the variants; owned */
	size_t at_candidate, at_baseline; /* their indices in the plan */
	struct metric metric; /* with the plan's margins; its strings are static */
	bool exact;
	unsigned int plan_boots, max_boots;
	unsigned int repeats; /* exact mode: boots of a campaign, per variant, that repeat another */
	uint64_t seed;
	double alpha; /* significance level of each test */
	int direction; /* which change is worse, +1 or -1; 0: unknown until BAD was measured */
};

/* Read the plan of the journal and check that it suits a bisection: two variants, one built from
 * ${commit}, one from ${good}, and a metric that `pattern` names. Fills all but st, max_boots and
 * alpha. *metric is the full name of the metric, which the caller frees. Errors are logged; returns
 * an exit code. */
int bisect_run__open(struct bisect_run *r, const struct bisect_journal *j, const char *pattern,
		     char **metric);
void bisect_run__release(struct bisect_run *r);
/* How many times to boot a commit in the next step: as the noise of the steps so far requires, else
 * that of A/A runs, else as the plan says; at most max_boots. */
unsigned int bisect_run__boots(const struct bisect_run *r);
/* Build GOOD, and replace *kernel with the hash of its kernel. Errors are logged; returns an exit
 * code. */
int bisect_run__build_good(const struct bisect_run *r, char **kernel);
/*
 * Test s->commit (also set: s->subject), and fill the rest of `s`. A commit whose kernel is identical to that
 * of GOOD or of an earlier step is not booted, but gets the same result. One that does not build or boot, or is
 * still undecided after twice the boots, is skipped.
 *
 * `end`: the commit is BAD, so that it is an error if it does not build or boot. Errors are logged; returns an
 * exit code.
 */
int bisect_run__test(struct bisect_run *r, bool end, struct bisect_step *s);

#endif
