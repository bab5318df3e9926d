/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - what each function did in each boot of both sides, per operation. */
#ifndef KDUEL_PROFILE_TABLE_H
#define KDUEL_PROFILE_TABLE_H

#include "lib/names.h"
#include "reports/profile/explain.h"
#include "reports/profile/sampling.h"

struct table_function {
	char *name, *module; /* without what compilers append; owned */
	double *value, *calls; /* of each boot; owned */
	struct sampled_value sampled[EXPLAIN_SIDES]; /* of sampled profiles */
	/* Of each side the function that called it most often, an index or NO_FUNCTION. */
	uint32_t caller[EXPLAIN_SIDES];
	double caller_calls[EXPLAIN_SIDES];
	struct strvec folded;
};

struct profile_table {
	size_t n_boots[EXPLAIN_SIDES]; /* the boots of the baseline come first */
	double *whole; /* of each boot */
	struct sampled_value sampled[EXPLAIN_SIDES]; /* the same of samples */
	double heaviest
		[EXPLAIN_SIDES]; /* what one sample of a boot adds to the mean of its side, at most */
	struct table_function *v;
	size_t n;
	struct names names; /* of the same indexes: name and module */
};

/* Add the profiles of a side, which are in the order of boots: a boot with several iterations counts
 * as their mean. The baseline's come first. -EINVAL: `per_op`, and operations were not stated. */
int profile_table__add(struct profile_table *t, const struct store_profile *list, size_t n,
		       enum function_count count, bool per_op, struct err *err);
/* All boots of a side, of values that are one a boot. */
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
/* Add functions that ran on one side only to those that call them, so that what was inlined in one of
 * the kernels cancels. `sides` are the names of the sides. */
void profile_table__fold(struct profile_table *t, const char *const sides[EXPLAIN_SIDES]);

/* The value of each boot in three parts, which add up to it; owned. */
struct profile_parts {
	double *per_call; /* what it would have been, had all boots called each function equally often */
	double *calls; /* what is more because of how often they did */
	double *other; /* of functions that some boot did not call: neither is known of them */
};

/* Of a table of both sides; how often functions are called on average is the mean of both. */
void profile_table__split(const struct profile_table *t, struct profile_parts *parts);
void profile_parts__release(struct profile_parts *parts);
void profile_table__release(struct profile_table *t);

#endif
