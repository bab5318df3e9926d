/* SPDX-License-Identifier: GPL-2.0-only */
/* packed.h - long texts in the database: their length and one zstd frame; only for reports/store/. */
#ifndef KDUEL_STORE_PACKED_H
#define KDUEL_STORE_PACKED_H

#include "reports/store/db.h"

/* A text as its length and one zstd frame: two parameters, or the first two columns of a row. `name`
 * is for errors; the caller frees *text. 0, -EIO, or -EUCLEAN for a damaged one. */
int bind__packed(struct query *q, const char *name, const char *text, size_t len, struct err *err);
int col__packed(struct query *q, const char *name, char **text, size_t *len, struct err *err);

#endif
