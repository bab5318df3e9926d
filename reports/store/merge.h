/* SPDX-License-Identifier: GPL-2.0-only */
/* merge.h - take the rows of another database in; only for reports/store/. */
#ifndef KDUEL_STORE_MERGE_H
#define KDUEL_STORE_MERGE_H

#include "lib/strvec.h"
#include "reports/store/store.h"

struct merge {
	const struct strvec *only; /* UUIDs of the campaigns to take; NULL: all */
	/* UUID of the one campaign whose kduel is known to have ended; NULL: each is as ended as it says
	 * there */
	const char *ended;
	bool unchecked; /* what samples and medians refer to was not looked up: store__check_copy() */
};

struct merge_result {
	int64_t campaigns; /* that were not here */
	int64_t boots; /* taken in */
	int64_t left; /* not taken: their slot was booted again meanwhile */
};

/*
 * Add what the database at `path` has and `st` lacks, in one transaction: campaigns and boots by UUID,
 * all else by its natural key. No row of `st` changes but the state of campaigns, which moves forward,
 * and who runs them. `path` is read only, and its schema must have been checked by store__open(). Once
 * in the life of `st`.
 * Errors: -EBUSY while somebody runs one of the campaigns, here, or `ended` in either; -EUCLEAN a
 * campaign of the same UUID that is another one.
 */
int store__merge(struct store *st, const char *path, const struct merge *m, struct merge_result *r,
		 struct err *err);

#endif
