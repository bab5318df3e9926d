/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * db.h - SQLite for the files of the store: queries that fail with -errno, and tables that say once
 * which column of a row is which member of a struct. Only for reports/store/.
 */
#ifndef KDUEL_STORE_DB_H
#define KDUEL_STORE_DB_H

#include "reports/store/read.h"

#include <sqlite3.h>
#include <sys/types.h>

/* Statements that a connection keeps prepared; later ones are prepared each time. */
#define STORE_CACHED 48

struct cached_stmt {
	sqlite3_stmt *stmt;
	uint64_t hash; /* of its text */
	bool in_use;
};

struct store {
	sqlite3 *db;
	char *path;
	char *reserve; /* path of the full-disk reserve; NULL when opened for reading */
	dev_t dev; /* of the file that is open, as ino */
	ino_t ino;
	unsigned int depth; /* of store_db__begin() */
	bool frozen; /* opened as a file that nobody writes */
	struct cached_stmt cache[STORE_CACHED];
	size_t n_cached;
};

/* Finalize the cached statements, as a connection needs before it is closed. */
void store_db__drop_cache(struct store *st);
/* The -errno that fits the connection's last error, with `what` and SQLite's words in `err`. */
int store_db__fail(struct store *st, struct err *err, const char *what);
/* Run statements that return no rows. */
int store_db__exec(struct store *st, const char *sql, struct err *err);
int store_db__begin(struct store *st, struct err *err);
/* Commit when `ret` is 0, else roll back; returns `ret`, or the error of the commit. */
int store_db__end(struct store *st, int ret, struct err *err);
/* Row of a campaign by UUID (-ENOENT), of one of its variants by name (-EINVAL). */
int store_db__campaign_id(struct store *st, const char *uuid, int64_t *id, struct err *err);
int store_db__variant_id(struct store *st, int64_t campaign, const char *name, int64_t *id,
			 struct err *err);

/* A statement with its connection. Declare it `_query_ struct query q = { 0 };`. */
struct query {
	struct store *st;
	sqlite3_stmt *stmt;
	struct cached_stmt *slot; /* where the connection keeps it; NULL: it is finalized */
	int n_bound; /* parameters bound so far: bind__*() go from first to last */
	int bind_code; /* SQLite's, of the first that failed */
	size_t n_rows; /* that it gave so far */
	const void *ctx; /* for row_type.parse() */
};

#define _query_ __attribute__((cleanup(query__end)))

/* Prepare `sql`, or take it from the connection's cache. */
int query__begin(struct query *q, struct store *st, const char *sql, struct err *err);
/* Give the statement back; also in mid-row, and of a query that never began. */
void query__end(struct query *q);
/* 1 a row is there, 0 done, or -errno. */
int query__step(struct query *q, struct err *err);
/* Run a bound statement to its end and make it ready to be bound again. */
int query__run(struct query *q, struct err *err);
/* The first column of the first row: 1, 0 when there is no row (*out stays), or -errno. */
int query__int(struct query *q, int64_t *out, struct err *err);

/* The number of a row is kept in its bits: SQLite's integers are signed. */
static inline void bind__int(struct query *q, int64_t v)
{
	int code = sqlite3_bind_int64(q->stmt, ++q->n_bound, v);

	q->bind_code = q->bind_code ? q->bind_code : code;
}

static inline void bind__u64(struct query *q, uint64_t v)
{
	bind__int(q, (int64_t)v);
}

/* NAN becomes NULL. */
static inline void bind__double(struct query *q, double v)
{
	int code = sqlite3_bind_double(q->stmt, ++q->n_bound, v);

	q->bind_code = q->bind_code ? q->bind_code : code;
}

/* The text must live until the statement is run; NULL counts as "". */
static inline void bind__text(struct query *q, const char *s)
{
	int code = sqlite3_bind_text(q->stmt, ++q->n_bound, s ? s : "", -1, SQLITE_STATIC);

	q->bind_code = q->bind_code ? q->bind_code : code;
}

static inline void bind__null(struct query *q)
{
	int code = sqlite3_bind_null(q->stmt, ++q->n_bound);

	q->bind_code = q->bind_code ? q->bind_code : code;
}

static inline int64_t col__int(const struct query *q, int i)
{
	return sqlite3_column_int64(q->stmt, i);
}

static inline uint64_t col__u64(const struct query *q, int i)
{
	return (uint64_t)sqlite3_column_int64(q->stmt, i);
}

/* NAN for NULL. */
double col__double(const struct query *q, int i);

/* Valid until the next step; "" for NULL. */
static inline const char *col__peek(const struct query *q, int i)
{
	const char *s = (const char *)sqlite3_column_text(q->stmt, i);

	return s ? s : "";
}

/* A copy of a text column, "" for NULL; the caller frees. */
static inline char *col__text(const struct query *q, int i)
{
	return xstrdup(col__peek(q, i));
}

/* A member of a struct that a column of a query fills, or that binds a parameter: the first of a
 * table is column 0, and so on. The type of the member says how the value is converted. */
struct sql_column {
	enum {
		SQL_COLUMN_TEXT,
		SQL_COLUMN_INT64,
		SQL_COLUMN_INT,
		SQL_COLUMN_UINT,
		SQL_COLUMN_BOOL,
		SQL_COLUMN_DOUBLE
	} kind;
	size_t at;
};

// clang-format off
#define SQL_COLUMN(type, member) { _Generic(((type *)NULL)->member,	\
	char *: SQL_COLUMN_TEXT, const char *: SQL_COLUMN_TEXT,		\
	int64_t: SQL_COLUMN_INT64, uint64_t: SQL_COLUMN_INT64,		\
	int: SQL_COLUMN_INT, unsigned int: SQL_COLUMN_UINT,		\
	bool: SQL_COLUMN_BOOL, double: SQL_COLUMN_DOUBLE), offsetof(type, member) }
// clang-format on

struct row_type {
	size_t size; /* of the struct */
	const struct sql_column *columns;
	size_t n;
	/* Fill what is no plain column: 0 or -errno. NULL: nothing is. */
	int (*parse)(struct query *q, void *row, struct err *err);
	/* So many of the first columns are the key in whose order the rows come: each has a greater
	 * one than the row before. Or a damaged file repeats rows, and SQLite does not see that; what
	 * reads them counts on the order, and on one row a key. 0: no order. */
	size_t n_key;
};

#define ROW_TYPE(type, columns, parse) ROW(sizeof(type), (columns), ARRAY_SIZE(columns), (parse), 0)
#define KEYED_ROW_TYPE(type, columns, n_key) \
	ROW(sizeof(type), (columns), ARRAY_SIZE(columns), NULL, (n_key))

/* Bind the columns of `row`, in their order. */
void bind__row(struct query *q, const struct row_type *type, const void *row);
/* Step, and read the row into *row: 1, 0 when there is none, or -errno. */
int query__row(struct query *q, const struct row_type *type, void *row, struct err *err);
/* Append all rows to the array that *(type **)list is and *n counts; both are NULL and 0 at first,
 * and again after an error. row_type__free() frees it. -EUCLEAN when they are not in the order of
 * their key, or more than the file can hold. */
int query__each(struct query *q, const struct row_type *type, void *list, size_t *n,
		struct err *err);
/* The same for all rows of `sql`, which is prepared here. Its parameters are the row numbers that
 * IDS(campaign, ...) lists, NULL: it has none. */
#define IDS(...) ((const int64_t[]){ __VA_ARGS__, 0 })
int store_db__rows(struct store *st, const char *sql, const int64_t *ids,
		   const struct row_type *type, void *list, size_t *n, struct err *err);
/* Free an array of rows and the texts in it; _release() the texts alone. */
void row_type__free(const struct row_type *type, void *list, size_t n);
void row_type__release(const struct row_type *type, void *list, size_t n);

/* What campaign_boot.running is of a row of the table boot. Only targets that reuse a running kernel
 * have it: a guest of the target qemu is a boot of its own, whatever its facts say. Sessions from
 * before boot ids were recorded are one boot for each campaign. */
#define STORE_RUNNING                                                                     \
	"(SELECT CASE c.target"                                                           \
	" WHEN 'local' THEN coalesce(nullif((SELECT value FROM fact WHERE boot = boot.id" \
	" AND key = '" FACT_BOOT_ID "'), ''), c.uuid)"                                    \
	" WHEN 'fake' THEN (SELECT value FROM fact WHERE boot = boot.id"                  \
	" AND key = '" FACT_BOOT_ID "')"                                                  \
	" END FROM campaign c WHERE c.id = boot.campaign)"

#endif
