/* SPDX-License-Identifier: GPL-2.0-only */
/* packed.h - long texts in the database, compressed; only for reports/store/. */
#ifndef KDUEL_STORE_PACKED_H
#define KDUEL_STORE_PACKED_H

#include "reports/store/db.h"

/* A text is stored as its length and one zstd frame: the next two parameters, or columns 0 and 1 of
 * a row. `name` is for messages; the caller frees *text, which is NUL-terminated. 0, -EIO, or
 * -EUCLEAN if it is damaged. */
int bind__packed(struct query *q, const char *name, const char *text, size_t len, struct err *err);
int col__packed(struct query *q, const char *name, char **text, size_t *len, struct err *err);

#endif
