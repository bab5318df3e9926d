/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store.h - a SQLite database of campaigns, boots and samples; SQL is confined to reports/store/.
 *
 * Append-only: rows are added, the state of a campaign moves forward, and nothing else changes.
 * Every row has a UUID or a natural key, so that databases can be merged. docs/SCHEMA.md describes
 * the tables.
 */
#ifndef KDUEL_STORE_STORE_H
#define KDUEL_STORE_STORE_H

#include "lib/err.h"

#define UUID_LEN 37 /* with the terminating NUL */

struct store;

enum {
	STORE_READ = 0,
	STORE_WRITE = 1 << 0, /* create or migrate if needed */
	STORE_AS_IS = 1 << 1, /* when reading: refuse an older database instead of migrating it */
};

/*
 * Open a database; with STORE_WRITE create it if missing. An older one is migrated if it is
 * writable, unless STORE_AS_IS. Errors: -ENOENT: no such database; -EBUSY: locked; -EPROTO: made by
 * a newer kduel; -ESTALE: made by an older one, and not migrated; -EUCLEAN: not a database of ours,
 * or corrupt; -ENOSPC: disk full. With STORE_WRITE, a file DB.reserve is kept beside it.
 */
int store__open(const char *path, unsigned int flags, struct store **st, struct err *err);
void store__close(struct store *st); /* NULL is fine */
CLEANUP_POINTER(struct store, store__close)
/* Is there a -wal file beside the database, with transactions that the database file alone
 * lacks? */
bool store__has_wal(const char *path);
/* $KDUEL_DB, else $XDG_DATA_HOME/kduel/kduel.db, else ~/.local/share/kduel/kduel.db; the caller
 * frees. */
char *store__default_path(void);
/* A path in kduel's data directory: $XDG_DATA_HOME/kduel/NAME, else ~/.local/share/kduel/NAME; the
 * caller frees. */
char *store__data_path(const char *name);
/* A random UUID (version 4). */
void store__uuid(char out[UUID_LEN]);

/* Does it have the form of a UUID? UUIDs become file names and are copied into UUID_LEN bytes. */
bool store__is_uuid(const char *text);

/* Group several writes into one transaction; calls nest. The outermost store__end() commits if
 * `ret` is 0 and else rolls back; it returns `ret`, or the error of the commit. */
int store__begin(struct store *st, struct err *err);
int store__end(struct store *st, int ret, struct err *err);

/* Does the path still refer to the open file? */
bool store__in_place(const struct store *st);
/* Copy a database that was opened for writing to `path`, which must not exist, and continue with
 * the copy. Works even if the original was moved, deleted or locked. On error `st` is unchanged. */
int store__move(struct store *st, const char *path, struct err *err);

/* Only for reports/store/: create the reserve file if it is missing and there is room (failure is
 * not an error); delete it, true if there was one. */
void store__fill_reserve(const struct store *st);
bool store__drop_reserve(const struct store *st);

#endif
