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

#include "lib/metric.h"
#include "lib/strvec.h"
#include "reports/profile/part.h"
#include "reports/profile/places.h"
#include "reports/stats/stats.h"
#include "reports/store/campaign.h"
#include "reports/store/profile.h"

struct explain_function {
	char *name, *module; /* without what compilers append; "" and "": no symbol */
	double value[EXPLAIN_SIDES]; /* in the row's unit, mean of the boots */
	double calls[EXPLAIN_SIDES];
	double each[EXPLAIN_SIDES]; /* value per call; NAN: there are boots in which it is not called */
	struct explain_part all;
	double samples[EXPLAIN_SIDES]; /* of a sampled row: how many there are of all boots */
	double noise[2]; /* limits of all.diff by what chance samples hit it, 95 % */
	double per_call; /* of all.diff, what calls cost more; the rest is how many they are */
	bool has_calls; /* in every boot of both sides: else all of it is in neither part */
	struct strvec folded; /* functions of one side that were added to it: "name (only in X)" */
};

/* Functions that are counted together. */
struct explain_group {
	char *name; /* of a module, "": the kernel itself; or as groups.h has it */
	double value[EXPLAIN_SIDES];
	struct explain_part all;
};

struct explain {
	struct campaign *c;
	struct campaign *against; /* that of the baseline, if it is not the same; else NULL */
	const char *candidate, *baseline; /* names of the variants */
	char *workload, *metric;
	const char *unit; /* "insns/op" */
	bool per_op;
	enum function_count count; /* which one it is about */
	enum metric_basis basis; /* of a sampled row */
	const char *event; /* what was sampled; NULL: all of it was counted, and there are calls */
	uint64_t period; /* of the samples; 0: not the same in all boots */
	size_t n_profiles;
	double samples[EXPLAIN_SIDES];
	double noise[2]; /* as that of a function, of the whole */
	size_t n_boots[EXPLAIN_SIDES];
	double value[EXPLAIN_SIDES]; /* of the row */
	/* The whole, what calls cost more at the mean number of calls, how many they are, and what is
	 * in functions that are not called in every boot. */
	struct explain_part all, per_call, calls, other;
	struct explain_function *v; /* by the size of their difference */
	size_t n;
	struct explain_group *groups; /* modules, likewise; their sum is the whole, too */
	size_t n_groups;
	struct places places; /* functions of the source; their sum is the whole as well */
};

struct profile_table;

/* From the table of both sides: all of `e` that is not in its row. Takes names out of the table. */
void explain__fill(struct explain *e, struct profile_table *t);
void explain__free(struct explain *e);
/* How many functions a list of at most `most` has: none that is nothing beside the first. */
size_t explain__listed(const struct explain *e, size_t most);
/* Of a module: "the kernel", "module brd". The caller frees, also the following. */
char *explain_group__label(const struct explain_group *g);
char *explain_function__label(const struct explain_function *f);

#endif
