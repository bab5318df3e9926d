/* SPDX-License-Identifier: GPL-2.0-only */
/* ids.h - checks that the next ids that SQLite assigns are not yet referred to. Only for
 * reports/store/. */
#ifndef KDUEL_STORE_IDS_H
#define KDUEL_STORE_IDS_H

#include "reports/store/store.h"

/*
 * Rows deleted by hand may leave rows behind that refer to them, as the sqlite3 shell does not
 * enforce foreign keys by default. If they had the highest ids, SQLite assigns these again, and the
 * leftovers would then belong to new rows. -EUCLEAN if there are such leftovers. Costs a few index
 * lookups.
 */
int store_ids__check(struct store *st, struct err *err);

#endif
