/* SPDX-License-Identifier: GPL-2.0-only */
/* merge.h - merges the rows of another database; only for reports/store/. */
#ifndef KDUEL_STORE_MERGE_H
#define KDUEL_STORE_MERGE_H

#include "lib/strvec.h"
#include "reports/store/store.h"

struct merge {
	const struct strvec *only; /* UUIDs of the campaigns to merge; NULL: all */
	/* UUID of a campaign whose kduel is known to have ended; NULL: go by the state in the other
	 * database */
	const char *ended;
	/* References of samples and boot_stat are still unchecked (store__check_copy()). */
	bool unchecked;
};

struct merge_result {
	int64_t campaigns; /* number of campaigns that were new */
	int64_t boots; /* number of boots added */
	int64_t left; /* number of boots not added, as their slot was booted again meanwhile */
};

/*
 * Add to `st` what the database at `path` has and `st` lacks, in one transaction: campaigns and
 * boots by UUID, everything else by its natural key. The only existing rows of `st` that change are
 * the state of campaigns, which only moves forward, and their claims. `path` is only read; its
 * schema must have been checked by store__open(). Call at most once per `st`. Errors: -EBUSY if one
 * of the campaigns is being run here, or `ended` in either database; -EUCLEAN if a campaign with
 * the same UUID is a different one, or `path` is damaged.
 */
int store__merge(struct store *st, const char *path, const struct merge *m, struct merge_result *r,
		 struct err *err);

#endif
