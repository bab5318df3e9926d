/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explain.h - which functions account for the difference of a row.
 *
 * The means over the boots of a side are additive: the differences of all functions add up to that
 * of the row. Each is split into the change in cost per call and the change in the number of calls
 * (docs/EXACT.md).
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
	char *name, *module; /* without compiler suffixes; both "": no symbol */
	double value[EXPLAIN_SIDES]; /* mean of the boots, in the unit of the row */
	double calls[EXPLAIN_SIDES];
	double each[EXPLAIN_SIDES]; /* value per call; NAN: not called in every boot */
	struct explain_part all;
	double samples[EXPLAIN_SIDES]; /* sampled row: samples in all boots */
	double noise[2]; /* 95 % limits of all.diff due to sampling alone */
	/* Part of all.diff due to the cost per call; the rest is due to the number of calls. */
	double per_call;
	bool has_calls; /* called in every boot of both sides; otherwise there is no such split */
	struct strvec folded; /* functions of one side folded into it: "name (only in X)" */
};

/* The sum of several functions. */
struct explain_group {
	char *name; /* name of a module ("": the kernel itself), or of a group (groups.h) */
	double value[EXPLAIN_SIDES];
	struct explain_part all;
};

struct explain {
	struct campaign *c;
	/* Campaign of the baseline if it is another one; otherwise NULL. */
	struct campaign *against;
	const char *candidate, *baseline; /* names of the variants */
	char *workload, *metric;
	const char *unit; /* "insns/op" */
	bool per_op;
	enum function_count count; /* the count that the row shows */
	enum metric_basis basis; /* basis of a sampled row */
	const char *event; /* the sampled event; NULL: counted in exact mode, with calls */
	uint64_t period; /* sampling period; 0: differs between boots */
	size_t n_profiles;
	double samples[EXPLAIN_SIDES];
	double noise[2]; /* like explain_function.noise, for the whole */
	size_t n_boots[EXPLAIN_SIDES];
	double value[EXPLAIN_SIDES]; /* value of the row */
	/* The whole difference; its parts due to the cost of calls (at the mean number of calls),
	 * and to the number of calls; and the part in functions not called in every boot. */
	struct explain_part all, per_call, calls, other;
	struct explain_function *v; /* largest difference first */
	size_t n;
	/* Modules, largest difference first; they also add up to the whole. */
	struct explain_group *groups;
	size_t n_groups;
	struct places places; /* by source function; they add up to the whole as well */
};

struct profile_table;

/* Fill in the figures of `e` from a table with both sides. Takes ownership of names in the
 * table. */
void explain__fill(struct explain *e, struct profile_table *t);
void explain__free(struct explain *e);
/* Number of functions to list, at most `most`: those whose difference is not negligible compared
 * with the largest. */
size_t explain__listed(const struct explain *e, size_t most);
/* Labels for display: "the kernel" or "module brd"; a function as in explain__label(). The caller
 * frees. */
char *explain_group__label(const struct explain_group *g);
char *explain_function__label(const struct explain_function *f);

#endif
