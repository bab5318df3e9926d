/* SPDX-License-Identifier: GPL-2.0-only */
/* schema.h - the tables, and the steps from an older schema to the present one. */
#ifndef KDUEL_STORE_SCHEMA_H
#define KDUEL_STORE_SCHEMA_H

#include "reports/store/store.h"

#define STORE_SCHEMA 15
/* store_shape__digest() of that schema; a test knows when it has to change. */
#define STORE_SHAPE "a732780332c501774adab0f89ad4d1fc9a1c1cc5dbb5157a3148c72af08d7865"
/* The index that histories read, for who makes it anew. */
#define BOOT_STAT_SERIES "boot_stat_series ON boot_stat (series, variant, boot, median, n)"

/* Bring a connection to the present schema; a database of another program, or of a newer kduel, is
 * refused. With `write` false only the check is made: -ESTALE when it is older. */
int store_schema__ready(struct store *st, bool write, struct err *err);
/* -EPROTO when another kduel has migrated the database since; called in a transaction. What this
 * one would write lacks what that kduel reads. */
int store_schema__unchanged(struct store *st, struct err *err);

#endif
