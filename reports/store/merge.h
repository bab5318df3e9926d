/* SPDX-License-Identifier: GPL-2.0-only */
/* merge.h - take the rows of another database in; only for reports/store/. */
#ifndef KDUEL_STORE_MERGE_H
#define KDUEL_STORE_MERGE_H

#include "reports/store/store.h"

struct merge_result {
	int64_t boots; /* taken in */
	int64_t left; /* not taken: their slot was booted again meanwhile */
};

/* Add what the database at `path` has and `st` lacks, in one transaction: campaigns and boots by UUID,
 * all else by its natural key. No row of `st` changes but the state of `campaign` (UUID), which moves
 * forward. `path` is read only, and its schema must have been checked by store__open().
 * Errors: -EBUSY while somebody runs the campaign, in either; -EUCLEAN a campaign of the same UUID
 * that is another one. */
int store__merge(struct store *st, const char *path, const char *campaign, struct merge_result *r,
		 struct err *err);

#endif
