/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - counts by function, for each boot on both sides. */
#ifndef KDUEL_PROFILE_TABLE_H
#define KDUEL_PROFILE_TABLE_H

#include "lib/names.h"
#include "reports/profile/explain.h"
#include "reports/profile/sampling.h"

struct table_function {
	char *name, *module; /* without compiler suffixes; owned */
	double *value, *calls; /* per boot; owned */
	struct sampled_value sampled[EXPLAIN_SIDES]; /* for sampled profiles */
	/* The most frequent caller on each side: index or NO_FUNCTION. */
	uint32_t caller[EXPLAIN_SIDES];
	double caller_calls[EXPLAIN_SIDES];
	struct strvec folded;
};

struct profile_table {
	size_t n_boots[EXPLAIN_SIDES]; /* boots of the baseline come first */
	double *whole; /* of each boot */
	struct sampled_value sampled[EXPLAIN_SIDES]; /* the whole, for sampled profiles */
	double heaviest[EXPLAIN_SIDES]; /* the most that one sample adds to the mean of its side */
	struct table_function *v;
	size_t n;
	struct names names; /* name and module; same indices as `v` */
};

/* Add the profiles of a side, sorted by boot; a boot with several iterations counts as their mean.
 * The first call is for the baseline. -EINVAL: `per_op`, but the workload does not report its
 * operations. */
int profile_table__add(struct profile_table *t, const struct store_profile *list, size_t n,
		       enum function_count count, bool per_op, struct err *err);
/* The values of one side, given an array with a value per boot. */
static inline const double *profile_table__side(const struct profile_table *t, const double *v,
						size_t side)
{
	return side == EXPLAIN_BEFORE ? v : v + t->n_boots[EXPLAIN_BEFORE];
}
/* Did a function run on this side? */
bool profile_table__ran(const struct profile_table *t, const struct table_function *f, size_t side);
/* Was it called in every boot of this side? */
bool profile_table__is_called(const struct profile_table *t, const struct table_function *f,
			      size_t side);
/* Fold functions that ran on one side only into their callers, so that a function inlined in only
 * one of the kernels cancels. `sides` are the names of the sides. */
void profile_table__fold(struct profile_table *t, const char *const sides[EXPLAIN_SIDES]);

/* The value of each boot, split into three parts that add up to it; owned. */
struct profile_parts {
	double *per_call; /* as if all boots had called each function equally often */
	double *calls; /* what the actual number of calls adds */
	double *other; /* functions that some boot did not call, for which there is no such split */
};

/* Split a table with both sides. The reference number of calls is the mean of both sides' means. */
void profile_table__split(const struct profile_table *t, struct profile_parts *parts);
void profile_parts__release(struct profile_parts *parts);
void profile_table__release(struct profile_table *t);

#endif
