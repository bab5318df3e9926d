/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * db.h - SQLite for the files of the store: queries that fail with -errno, and tables that say once
 * which column of a row is which member of a struct. Only for reports/store/.
 */
#ifndef KDUEL_STORE_DB_H
#define KDUEL_STORE_DB_H

#include "lib/each.h"
#include "reports/store/read.h"

#include <sqlite3.h>
#include <sys/types.h>

/* Statements that a connection keeps prepared; later ones are prepared each time. */
#define STORE_CACHED 48

/* As each connection is but while databases are merged. */
#define STORE_DB_CHECKED "PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000"

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

/* A value for a parameter of a statement: ARGS(id, name, 1.5) makes an array of values of C, whose
 * types say how they are bound. Texts must live until the statement is run. */
struct sql_value {
	enum { SQL_NO_VALUE, SQL_INT, SQL_DOUBLE, SQL_TEXT } kind; /* no value: the array ends */
	union {
		int64_t i;
		double d;
		const char *s;
	};
};

/* The bits of a row's unsigned number are kept: SQLite's integers are signed. */
static inline struct sql_value sql_value__int(int64_t v)
{
	return (struct sql_value){ .kind = SQL_INT, .i = v };
}

/* NAN becomes NULL. */
static inline struct sql_value sql_value__double(double v)
{
	return (struct sql_value){ .kind = SQL_DOUBLE, .d = v };
}

/* NULL counts as "". */
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

/* A statement with its connection. Declare it `_query_ struct query q = { 0 };`. */
struct query {
	struct store *st;
	sqlite3_stmt *stmt;
	struct cached_stmt *slot; /* where the connection keeps it; NULL: it is finalized */
	int n_bound; /* parameters bound so far, from first to last */
	int bind_code; /* SQLite's, of the first that failed */
	size_t n_rows; /* that it gave so far */
	const void *ctx; /* for row_type.parse() */
};

#define _query_ __attribute__((cleanup(query__end)))

/* Prepare `sql`, or take it from the connection's cache, and bind ARGS(), NULL: none yet. */
int query__begin(struct query *q, struct store *st, const char *sql, const struct sql_value *args,
		 struct err *err);
/* Bind the next parameters; what fails is reported by the next step. */
void query__bind(struct query *q, const struct sql_value *args);
/* Give the statement back; also in mid-row, and of a query that never began. */
void query__end(struct query *q);
/* 1 a row is there, 0 done, or -errno. */
int query__step(struct query *q, struct err *err);
/* Bind the parameters that are left, run the statement to its end and make it ready to be bound
 * again. */
int query__run(struct query *q, const struct sql_value *args, struct err *err);
/* The first column of the next row: 1, 0 when there is no row (*out stays), or -errno. */
int query__int(struct query *q, int64_t *out, struct err *err);
/* The same for the first row of a statement that is only asked once. */
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
	/* Fill what is no plain column, from the columns `at` and after: 0 or -errno. NULL: nothing
	 * is. */
	int (*parse)(struct query *q, int at, void *row, struct err *err);
	/* So many of the first columns are the key in whose order the rows come: each has a greater
	 * one than the row before. Or a damaged file repeats rows, and SQLite does not see that; what
	 * reads them counts on the order, and on one row a key. 0: no order. */
	size_t n_key;
};

/* A table of the members `columns_`, which are in parentheses; then .parse and .n_key. */
#define ROW_TYPE(type_, columns_, ...)                                            \
	ROW(.size = sizeof(type_),                                                \
	    .columns = (const struct sql_column[]){ FOR_EACH(SQL_COLUMN, type_,   \
							     UNPAREN columns_) }, \
	    .n = N_ARGS(UNPAREN columns_), ##__VA_ARGS__)

/* Bind the columns of `row`, in their order. */
void bind__row(struct query *q, const struct row_type *type, const void *row);
/* Step, and read the row into *row: 1, 0 when there is none, or -errno. */
int query__row(struct query *q, const struct row_type *type, void *row, struct err *err);
/* Append all rows to the array that *(type **)list is and *n counts; both are NULL and 0 at first,
 * and again after an error. row_type__free() frees it. -EUCLEAN when they are not in the order of
 * their key, or more than the file can hold. */
int query__each(struct query *q, const struct row_type *type, void *list, size_t *n,
		struct err *err);
/* The same for all rows of `sql`, which is prepared here; args: NULL, it has no parameters. */
int store_db__rows(struct store *st, const char *sql, const struct sql_value *args,
		   const struct row_type *type, void *list, size_t *n, struct err *err);
/* Free an array of rows and the texts in it; _release() the texts alone. */
void row_type__free(const struct row_type *type, void *list, size_t n);
void row_type__release(const struct row_type *type, void *list, size_t n);

/* What campaign_boot.running is of a row of the table boot. Only targets that reuse a running kernel
 * have it: a guest of the target qemu is a boot of its own, whatever its facts say. Sessions from
 * before boot ids were recorded are one boot for each campaign. Where commands are compared, each session
 * counts by itself. */
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
