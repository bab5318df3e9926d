/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * db.h - SQLite for reports/store/ only: queries that return -errno, and tables that declare once
 * which column of a row is which member of a struct.
 */
#ifndef KDUEL_STORE_DB_H
#define KDUEL_STORE_DB_H

#include "lib/each.h"
#include "reports/store/read.h"

#include <sqlite3.h>
#include <sys/types.h>

/* Statements that a connection keeps prepared; once there are that many, others are prepared each
 * time. */
#define STORE_CACHED 48

/* Settings of every connection, except while databases are merged. */
#define STORE_DB_CHECKED "PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000"

struct cached_stmt {
	sqlite3_stmt *stmt;
	uint64_t hash; /* of its SQL text */
	bool in_use;
};

struct store {
	sqlite3 *db;
	char *path;
	char *reserve; /* path of the full-disk reserve; NULL when opened for reading */
	dev_t dev; /* device and inode of the open file */
	ino_t ino;
	unsigned int depth; /* nesting depth of store_db__begin() */
	bool frozen; /* opened as immutable, see open_immutable() in store.c */
	struct cached_stmt cache[STORE_CACHED];
	size_t n_cached;
};

/* Finalize the cached statements, as is required before the connection is closed. */
void store_db__drop_cache(struct store *st);
/* Store `what` and SQLite's message in `err`, and return -errno for the connection's last error. */
int store_db__fail(struct store *st, struct err *err, const char *what);
/* Run SQL statements that return no rows. */
int store_db__exec(struct store *st, const char *sql, struct err *err);
/* Begin a transaction; calls nest. */
int store_db__begin(struct store *st, struct err *err);
/* End it: commit if `ret` is 0, else roll back; returns `ret`, or the error of the commit. Nested
 * calls return `ret`. */
int store_db__end(struct store *st, int ret, struct err *err);
/* Row id of a campaign by UUID (-ENOENT), or of one of its variants by name (-EINVAL). */
int store_db__campaign_id(struct store *st, const char *uuid, int64_t *id, struct err *err);
int store_db__variant_id(struct store *st, int64_t campaign, const char *name, int64_t *id,
			 struct err *err);

/* A parameter value for a statement. ARGS(id, name, 1.5) makes an array of them, bound according to
 * the C types of its arguments. Strings must live until the statement has run. */
struct sql_value {
	/* SQL_NO_VALUE terminates an array */
	enum { SQL_NO_VALUE, SQL_INT, SQL_DOUBLE, SQL_TEXT } kind;
	union {
		int64_t i;
		double d;
		const char *s;
	};
};

/* Unsigned numbers are stored bit for bit: SQLite's integers are signed. */
static inline struct sql_value sql_value__int(int64_t v)
{
	return (struct sql_value){ .kind = SQL_INT, .i = v };
}

/* NAN becomes NULL. */
static inline struct sql_value sql_value__double(double v)
{
	return (struct sql_value){ .kind = SQL_DOUBLE, .d = v };
}

/* NULL is bound as "". */
static inline struct sql_value sql_value__text(const char *v)
{
	return (struct sql_value){ .kind = SQL_TEXT, .s = v };
}

// clang-format off
#define ARGS(...) \
	((const struct sql_value[]){ FOR_EACH(ARG, , __VA_ARGS__), { .kind = SQL_NO_VALUE } })
#define ARG(_, v) _Generic((v), char *: sql_value__text, const char *: sql_value__text,	\
			   double: sql_value__double, default: sql_value__int)(v)
// clang-format on

/* A prepared statement. Declare it as `_query_ struct query q = { 0 };`. */
struct query {
	struct store *st;
	sqlite3_stmt *stmt;
	/* Its slot in the connection's cache; NULL: not cached, so query__end() finalizes it. */
	struct cached_stmt *slot;
	int n_bound; /* number of parameters bound so far */
	int bind_code; /* SQLite's code of the first bind that failed */
	size_t n_rows; /* rows returned so far */
	const void *ctx; /* for row_type.parse */
};

#define _query_ __attribute__((cleanup(query__end)))

/* Prepare `sql`, or take it from the cache, and bind `args`: ARGS(...), or NULL to bind nothing
 * yet. */
int query__begin(struct query *q, struct store *st, const char *sql, const struct sql_value *args,
		 struct err *err);
/* Bind the next parameters; a failure is reported by the next step. */
void query__bind(struct query *q, const struct sql_value *args);
/* Release the statement, even between rows or if it never began. */
void query__end(struct query *q);
/* Advance to the next row: 1, 0 if there is none, or -errno. */
int query__step(struct query *q, struct err *err);
/* Bind the remaining parameters, run the statement to completion and reset it, so that it can be
 * bound again. */
int query__run(struct query *q, const struct sql_value *args, struct err *err);
/* Column 0 of the next row: 1, 0 if there is no row (*out is unchanged), or -errno. */
int query__int(struct query *q, int64_t *out, struct err *err);
/* Likewise for the first row of a one-off query. */
int store_db__int(struct store *st, const char *sql, const struct sql_value *args, int64_t *out,
		  struct err *err);
/* Run a statement once. */
int store_db__run(struct store *st, const char *sql, const struct sql_value *args, struct err *err);

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

/* Maps a column to a member of a struct, when reading rows and when binding parameters: the i-th
 * entry of a table is column i. The type of the member determines the conversion. */
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
	/* Parse the columns from `at` on, which need more than a conversion: 0 or -errno. NULL:
	 * there are none. */
	int (*parse)(struct query *q, int at, void *row, struct err *err);
	/* The first n_key columns are a key, and the query returns rows in strictly ascending order
	 * of it; readers rely on that. It is checked, as a damaged file may repeat rows without
	 * SQLite noticing. 0: not checked. */
	size_t n_key;
};

/* Initializes a row_type for the members `columns_`, a list in parentheses; .parse and .n_key may
 * follow. */
#define ROW_TYPE(type_, columns_, ...)                                            \
	ROW(.size = sizeof(type_),                                                \
	    .columns = (const struct sql_column[]){ FOR_EACH(SQL_COLUMN, type_,   \
							     UNPAREN columns_) }, \
	    .n = N_ARGS(UNPAREN columns_), ##__VA_ARGS__)

/* Bind the members of `row` as the next parameters, in column order. */
void bind__row(struct query *q, const struct row_type *type, const void *row);
/* Step, and read the row into *row: 1, 0 if there is none, or -errno. Release with
 * row_type__release(). */
int query__row(struct query *q, const struct row_type *type, void *row, struct err *err);
/* Read all rows into a new array *(type **)list of *n elements, to be freed with row_type__free();
 * NULL and 0 if there are none, or on error. -EUCLEAN if the rows are not in key order, or are more
 * than fit into the file. */
int query__each(struct query *q, const struct row_type *type, void *list, size_t *n,
		struct err *err);
/* Likewise for all rows of `sql`; args NULL: no parameters. */
int store_db__rows(struct store *st, const char *sql, const struct sql_value *args,
		   const struct row_type *type, void *list, size_t *n, struct err *err);
/* row_type__free() frees an array and the strings of its rows, row_type__release() only the
 * strings. */
void row_type__free(const struct row_type *type, void *list, size_t n);
void row_type__release(const struct row_type *type, void *list, size_t n);

/*
 * SQL expression for campaign_boot.running, on a row of table boot. Only targets that reuse a
 * running kernel have one: each boot of target qemu stands alone, whatever its facts say. Sessions
 * stored before boot IDs were recorded count as one boot per campaign. Where commands are compared,
 * each session stands alone.
 */
#define STORE_RUNNING                                                                    \
	"(SELECT CASE c.target"                                                          \
	" WHEN 'local' THEN CASE WHEN EXISTS (SELECT 1 FROM fact WHERE boot = boot.id"   \
	" AND key = '" FACT_COMMAND                                                      \
	"') THEN NULL ELSE coalesce(nullif((SELECT value FROM fact WHERE boot = boot.id" \
	" AND key = '" FACT_BOOT_ID "'), ''), c.uuid) END"                               \
	" WHEN 'fake' THEN (SELECT value FROM fact WHERE boot = boot.id"                 \
	" AND key = '" FACT_BOOT_ID "')"                                                 \
	" WHEN '" TARGET_IMPORT "' THEN (SELECT value FROM fact WHERE boot = boot.id"    \
	" AND key = '" FACT_BOOT_ID "')"                                                 \
	" END FROM campaign c WHERE c.id = boot.campaign)"

#endif
