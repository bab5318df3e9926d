/* SPDX-License-Identifier: GPL-2.0-only */
/* shape.h - does a file have the schema that kduel creates? */
#ifndef KDUEL_STORE_SHAPE_H
#define KDUEL_STORE_SHAPE_H

#include "reports/store/store.h"

/* Compare all tables, indexes, views and triggers of `st` with those of `ours` by their SQL text;
 * only the tables of ANALYZE may be extra. 0, or -EUCLEAN with the first difference. Readers may
 * then rely on types and keys, as far as SQLite itself enforces them. */
int store_shape__check(struct store *st, struct store *ours, struct err *err);
/* SHA-256 of everything that store_shape__check() compares: equal if and only if it finds no
 * difference. 0, or -errno from reading the schema. */
int store_shape__digest(struct store *st, char hex[65], struct err *err);

#endif
