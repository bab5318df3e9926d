/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * db.h - what the store's own files share: SQLite made to speak -errno.
 * Nothing outside reports/store*.c includes this.
 */
#ifndef KDUEL_STORE_DB_H
#define KDUEL_STORE_DB_H

#include "reports/store/read.h"

#include <pthread.h>
#include <sqlite3.h>

#define STORE_KEPT 48

struct kept_stmt {
	sqlite3_stmt *stmt;
	uint64_t hash; /* of its text */
	bool in_use;
};

struct store {
	sqlite3 *db;
	char *path;
	char *reserve; /* path of the full-disk reserve; NULL when opened for reading */
	struct kept_stmt kept[STORE_KEPT]; /* the first that were prepared; used again */
	size_t n_kept;
	struct store *next; /* of those that are open */
};

/* Gives the statement back when it goes out of scope. */
#define _stmt_ __attribute__((cleanup(store_db__finalize)))
void store_db__finalize(sqlite3_stmt **stmt);

/* reports/store/store_stmt.c: a store from when it is opened until it is closed; all statements are given back
 * before. _forget() is for a connection that is closed before its store is. */
void store_stmt__init(struct store *st);
void store_stmt__forget(struct store *st);
void store_stmt__release(struct store *st);

/* The -errno that fits the connection's last error, with `what` and SQLite's words in `err`. */
int store_db__fail(struct store *st, struct err *err, const char *what);
/* Run statements that return no rows. */
int store_db__exec(struct store *st, const char *sql, struct err *err);
/* A statement that is ready to be bound, perhaps one that was used before. */
int store_db__prepare(struct store *st, const char *sql, sqlite3_stmt **stmt, struct err *err);
/* Step: 1 a row is there, 0 done, or -errno. */
int store_db__step(struct store *st, sqlite3_stmt *stmt, struct err *err);
/* Run a bound statement to its end and make it ready to be bound again. */
int store_db__run(struct store *st, sqlite3_stmt *stmt, struct err *err);

/* Which variant of a loaded campaign a row is, or -EUCLEAN. */
int store_db__variant_index(const struct campaign *c, int64_t id, size_t *index, struct err *err);

int store_db__begin(struct store *st, struct err *err);
/* Commit when `ret` is 0, else roll back; returns `ret`, or what the commit said. */
int store_db__end(struct store *st, int ret, struct err *err);

/* Bring a connection to the present schema; a foreign or newer database is refused.
 * With `write` false only the check is made. */
int store_schema__ready(struct store *st, bool write, struct err *err);
/* -EPROTO when another kduel has migrated the database since; called in a transaction. What is
 * written would lack what that kduel reads. */
int store_schema__unchanged(struct store *st, struct err *err);

/* Row of a campaign by UUID (-ENOENT), of one of its variants by name (-EINVAL). */
int store_db__campaign_id(struct store *st, const char *uuid, int64_t *id, struct err *err);
int store_db__variant_id(struct store *st, int64_t campaign, const char *name, int64_t *id,
			 struct err *err);

/* Create the reserve file when it is missing and there is room; failure is no error. */
void store_reserve__fill(const struct store *st);
/* Give the reserve back to the file system: true if there was one. */
bool store_reserve__drop(const struct store *st);

/* Insert how a new campaign is to be judged: design, 2x2s, margins. */
int store_design__add(struct store *st, int64_t campaign, const struct store_campaign *c,
		      struct err *err);
/* Read it back into a campaign whose variants are loaded. */
int store_design__load(struct store *st, struct campaign *c, struct err *err);
void store_design__release(struct campaign *c);

/* Insert what belongs to a boot: its series and samples. */
int store_samples__add(struct store *st, int64_t variant, int64_t boot, const struct store_boot *b,
		       struct err *err);

/* Values for the parameters of a statement, first to last, with the first failure kept. */
struct binder {
	sqlite3_stmt *stmt;
	int at, rc;
};

static inline struct binder binder__of(sqlite3_stmt *stmt)
{
	return (struct binder){ .stmt = stmt };
}

static inline void bind__rc(struct binder *b, int rc)
{
	if (rc != SQLITE_OK && b->rc == SQLITE_OK)
		b->rc = rc;
}

static inline void bind__int(struct binder *b, int64_t v)
{
	bind__rc(b, sqlite3_bind_int64(b->stmt, ++b->at, v));
}

/* SQLite's integers are signed: the bits are kept, col__u64() turns them back. */
static inline void bind__u64(struct binder *b, uint64_t v)
{
	bind__int(b, (int64_t)v);
}

static inline void bind__double(struct binder *b, double v)
{
	bind__rc(b, sqlite3_bind_double(b->stmt, ++b->at, v));
}

/* The text must live until the statement is run; NULL counts as "". */
static inline void bind__text(struct binder *b, const char *s)
{
	bind__rc(b, sqlite3_bind_text(b->stmt, ++b->at, s ? s : "", -1, SQLITE_STATIC));
}

static inline void bind__null(struct binder *b)
{
	bind__rc(b, sqlite3_bind_null(b->stmt, ++b->at));
}

/* A text as its length and one zstd frame: two parameters, or the first two columns of a row. `name`
 * is for errors; the caller frees *text. 0, -EIO, or -EUCLEAN for a damaged one. */
int bind__packed(struct binder *b, const char *name, const char *text, size_t len, struct err *err);
int col__packed(struct store *st, sqlite3_stmt *row, const char *name, char **text, size_t *len,
		struct err *err);

/* A copy of a text column, "" for NULL; the caller frees. */
static inline char *col__text(sqlite3_stmt *stmt, int i)
{
	const char *s = (const char *)sqlite3_column_text(stmt, i);

	return xstrdup(s ? s : "");
}

static inline uint64_t col__u64(sqlite3_stmt *stmt, int i)
{
	return (uint64_t)sqlite3_column_int64(stmt, i);
}

#endif
