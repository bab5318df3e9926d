/* SPDX-License-Identifier: GPL-2.0-only */
/* schema.h - the tables, and the migrations from older schemas. */
#ifndef KDUEL_STORE_SCHEMA_H
#define KDUEL_STORE_SCHEMA_H

#include "reports/store/store.h"

#define STORE_SCHEMA 15
/* store_shape__digest() of that schema; a test fails if it is out of date. */
#define STORE_SHAPE "a732780332c501774adab0f89ad4d1fc9a1c1cc5dbb5157a3148c72af08d7865"
/* The definition of the index that histories read, also for code that recreates it. */
#define BOOT_STAT_SERIES "boot_stat_series ON boot_stat (series, variant, boot, median, n)"

/* Migrate a connection to the current schema; -EUCLEAN for a database of another program, -EPROTO
 * for one of a newer kduel. With `write` false, only check: -ESTALE if it is older. */
int store_schema__ready(struct store *st, bool write, struct err *err);
/* -EPROTO if another kduel has migrated the database since it was opened, as it would miss data in
 * rows written by this one. Call it inside a transaction. */
int store_schema__unchanged(struct store *st, struct err *err);

#endif
