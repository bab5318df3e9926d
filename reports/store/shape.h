/* SPDX-License-Identifier: GPL-2.0-only */
/* shape.h - is the schema of a file the one that kduel makes? */
#ifndef KDUEL_STORE_SHAPE_H
#define KDUEL_STORE_SHAPE_H

#include "reports/store/store.h"

/* Compare all tables, indexes, views and triggers of `st` with those of `ours`, by the text that made
 * them; only what ANALYZE adds may come on top. 0, or -EUCLEAN with the first that differs. What reads
 * a database may then rely on its types and keys, as far as SQLite itself enforces them. */
int store_shape__check(struct store *st, struct store *ours, struct err *err);
/* SHA-256 of all that is compared there: equal for two databases between which it finds no difference.
 * 0 or -errno, as of reading the schema. */
int store_shape__digest(struct store *st, char hex[65], struct err *err);

#endif
