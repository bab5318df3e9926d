/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explain.h - which functions account for the difference of a row.
 *
 * The mean over the boots of a side of what a function did is additive: the differences of all
 * functions are the difference of the row, to the last digit. Each is split into what a call costs
 * more and how many more calls there are (docs/EXACT.md).
 */
#ifndef KDUEL_PROFILE_EXPLAIN_H
#define KDUEL_PROFILE_EXPLAIN_H

#include "lib/strvec.h"
#include "reports/stats/stats.h"
#include "reports/store/campaign.h"
#include "reports/store/profile.h"

enum { EXPLAIN_BEFORE, EXPLAIN_AFTER, EXPLAIN_SIDES };

/* A difference, and its test over the boots: limits are NAN with fewer than two a side. */
struct explain_part {
	double diff, lo, hi, p;
};

struct explain_function {
	char *name, *module; /* without what compilers append; "" and "": no symbol */
	double value[EXPLAIN_SIDES]; /* in the row's unit, mean of the boots */
	double calls[EXPLAIN_SIDES];
	double each[EXPLAIN_SIDES]; /* value per call; NAN: there are boots in which it is not called */
	struct explain_part all;
	double per_call; /* of all.diff, what calls cost more; the rest is how many they are */
	bool has_calls; /* in every boot of both sides: else all of it is in neither part */
	struct strvec folded; /* functions of one side that were added to it: "name (only in X)" */
};

/* The functions of a module together; the files that functions are of are not known without debug
 * information. */
struct explain_group {
	char *module; /* "": the kernel itself */
	double value[EXPLAIN_SIDES];
	struct explain_part all;
};

struct explain {
	struct campaign *c;
	const char *candidate, *baseline; /* names of the variants */
	char *workload, *metric;
	const char *unit; /* "insns/op" */
	bool per_op;
	enum function_count count; /* which one it is about */
	size_t n_boots[EXPLAIN_SIDES];
	double value[EXPLAIN_SIDES]; /* of the row */
	/* The whole, what calls cost more at the mean number of calls, how many they are, and what is
	 * in functions that are not called in every boot. */
	struct explain_part all, per_call, calls, other;
	struct explain_function *v; /* by the size of their difference */
	size_t n;
	struct explain_group *groups; /* likewise; their sum is the whole, too */
	size_t n_groups;
};

struct profile_table;

/* From the table of both sides: all of `e` that is not in its row. Takes names out of the table. */
void explain__fill(struct explain *e, struct profile_table *t);
void explain__free(struct explain *e);
/* How many functions a list of at most `most` has: none that is nothing beside the first. */
size_t explain__listed(const struct explain *e, size_t most);
/* "the kernel", "module brd". The caller frees. */
char *explain_group__label(const struct explain_group *g);
/* "xas_load", "brd_submit_bio [brd]", "(no symbol)"; the caller frees. */
char *explain_function__label(const struct explain_function *f);

#endif
