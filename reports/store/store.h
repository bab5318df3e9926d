/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store.h - a database of campaigns, boots and samples in SQLite; only reports/store/ holds SQL.
 *
 * Append-only: rows are added, a campaign's state moves forward, nothing else
 * changes. Every row has a UUID or a natural key, so that databases merge.
 * docs/SCHEMA.md describes the tables.
 */
#ifndef KDUEL_STORE_STORE_H
#define KDUEL_STORE_STORE_H

#include "lib/err.h"

#define UUID_LEN 37 /* with the terminating NUL */

struct store;

enum {
	STORE_READ = 0,
	STORE_WRITE = 1 << 0, /* create or migrate when needed */
	STORE_AS_IS = 1 << 1, /* for reading: an older database is refused, not brought up to date */
};

/* Open (and with STORE_WRITE create and migrate) a database. Errors: -ENOENT no such
 * database, -EBUSY locked, -EPROTO made by a newer kduel, -ESTALE made by an
 * older one and not to be written (else it is brought up to date), -EUCLEAN not a database or
 * corrupt, -ENOSPC disk full. Opened for writing, a file DB.reserve is kept beside it. */
int store__open(const char *path, unsigned int flags, struct store **st, struct err *err);
void store__close(struct store *st); /* NULL is fine */
CLEANUP_POINTER(struct store, store__close)
/* Does a -wal file lie beside the database, with transactions that the file alone lacks? */
bool store__has_wal(const char *path);
/* $KDUEL_DB, else XDG_DATA_HOME/kduel/kduel.db, else ~/.local/share/...; caller frees. */
char *store__default_path(void);
/* A file among kduel's data: XDG_DATA_HOME/kduel/NAME, else ~/.local/share/kduel/NAME; caller frees. */
char *store__data_path(const char *name);
/* A random UUID (version 4). */
void store__uuid(char out[UUID_LEN]);

/* Has it the form of a UUID? Ids become names of files, and are copied into UUID_LEN bytes. */
bool store__is_uuid(const char *text);

/* Make several writes one transaction: it is committed by the outermost store__end() when `ret` is 0, else
 * rolled back; that returns `ret`, or the error of the commit. */
int store__begin(struct store *st, struct err *err);
int store__end(struct store *st, int ret, struct err *err);

/* Does the path still name the file that is open? */
bool store__in_place(const struct store *st);
/* Copy a database that was opened for writing to `path`, which must be new, and go on there. What was
 * moved, removed or is locked by somebody can still be read. On error `st` stays as it was. */
int store__move(struct store *st, const char *path, struct err *err);

/* For reports/store/ alone: make the reserve file when it is missing and there is room (failure is
 * no error); give it back to the file system, true if there was one. */
void store__fill_reserve(const struct store *st);
bool store__drop_reserve(const struct store *st);

#endif
