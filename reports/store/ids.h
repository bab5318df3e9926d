/* SPDX-License-Identifier: GPL-2.0-only */
/* ids.h - the ids that SQLite would give next must be nobody's. For files of reports/store/. */
#ifndef KDUEL_STORE_IDS_H
#define KDUEL_STORE_IDS_H

#include "reports/store/store.h"

/*
 * Rows that were deleted by hand leave others that refer to them, since sqlite3 checks no references
 * unless it is told to. The highest ids are given again, and new rows would get those. -EUCLEAN: there are
 * such rows. Takes a few lookups in indices.
 */
int store_ids__check(struct store *st, struct err *err);

#endif
