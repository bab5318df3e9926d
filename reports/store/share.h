/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * share.h - exports and imports campaigns as a file: a database with only these campaigns,
 * compressed as one zstd frame (docs/SCHEMA.md).
 */
#ifndef KDUEL_STORE_SHARE_H
#define KDUEL_STORE_SHARE_H

#include "reports/store/merge.h"

/* Create a database with only these campaigns (UUIDs) in `dir`, an empty directory. The caller
 * closes *to, which may be open even after an error. 0 or -errno. */
int share__select(struct store *st, const struct strvec *uuids, const char *dir, struct store **to,
		  struct err *err);
/* Write campaigns (UUIDs) to `path`, which must not exist. `dir` is an empty directory for
 * temporary files. 0 or -errno. */
int share__export(struct store *st, const struct strvec *uuids, const char *dir, const char *path,
		  struct err *err);
/*
 * Add what `path` has and `st` lacks. `path` is such a file, or a database of the current or an
 * older schema, and is only read. `dir` as above. -EBUSY and -EUCLEAN as for store__merge(); also
 * -EUCLEAN: it is neither, or is damaged; -EPROTO: made by a newer kduel; -EFBIG: it decompresses
 * to more than our files would.
 */
int share__import(struct store *st, const char *path, const char *dir, struct merge_result *r,
		  struct err *err);

#endif
