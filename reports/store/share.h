/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * share.h - campaigns as a file of their own, for another database: a database with these campaigns
 * alone, as one zstd frame (docs/SCHEMA.md).
 */
#ifndef KDUEL_STORE_SHARE_H
#define KDUEL_STORE_SHARE_H

#include "reports/store/merge.h"

/* A database in `dir`, an empty directory, that has these campaigns (UUIDs) alone; the caller closes
 * *to, which may be open after an error as well. 0 or -errno. */
int share__select(struct store *st, const struct strvec *uuids, const char *dir, struct store **to,
		  struct err *err);
/* Write campaigns (UUIDs) to `path`, which must be new. `dir` is an empty directory for what takes room
 * meanwhile. 0 or -errno. */
int share__export(struct store *st, const struct strvec *uuids, const char *dir, const char *path,
		  struct err *err);
/*
 * Take in what `path` has and `st` lacks: such a file, or a database of this or an older schema, which
 * is only read. `dir` as above. -EBUSY and -EUCLEAN as store__merge(); -EUCLEAN: it is neither, or
 * damaged; -EPROTO: a newer kduel made it; -EFBIG: it unpacks to more than a file of ours would.
 */
int share__import(struct store *st, const char *path, const char *dir, struct merge_result *r,
		  struct err *err);

#endif
