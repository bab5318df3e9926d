// SPDX-License-Identifier: GPL-2.0-only
/*
 * db.c - wraps a SQLite connection: errors, transactions, cached statements, and rows to and from
 * structs.
 */
#include "lib/fs.h"
#include "lib/hash.h"
#include "reports/store/db.h"

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <unistd.h>

/* SQLite did not tell why it cannot open the database or a file beside it, so try it. One more
 * descriptor is opened to detect EMFILE: SQLite needs more than one. */
static int why_not_open(const char *path)
{
	_free_ char *dir = path ? xstrndup(path, (size_t)(strrchr(path, '/') - path) + 1) : NULL;
	_close_ int fd = path ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	_close_ int more = open("/", O_RDONLY | O_CLOEXEC);

	if (more < 0 || (path && fd < 0 && errno != ENOENT))
		return -errno;
	return dir && access(dir, W_OK) ? -errno : -EIO;
}

#define FULL_BYTES (64 << 10) /* two blocks of SQLite's shared memory */

/* Map SQLite's last error code (https://sqlite.org/rescode.html) to -errno, by the primary code in
 * the low byte. I/O errors keep the errno of the failed system call. */
static int to_errno(sqlite3 *db)
{
	int sys = sqlite3_system_errno(db);

	switch (sqlite3_errcode(db) & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return -EUCLEAN;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_RANGE:
	case SQLITE_TOOBIG:
		return -EINVAL;
	case SQLITE_CANTOPEN:
		/* The errno may stem from a file that is allowed to be missing. */
		if (!sys || sys == ENOENT)
			return why_not_open(sqlite3_db_filename(db, "main"));
		return -sys;
	case SQLITE_IOERR:
		return sys ? -sys : -EIO;
	default:
		return -EIO;
	}
}

/* SQLite fails without an errno when there is no disk space for its shared memory. */
static bool is_full(const struct store *st, int code, int ret)
{
	return ret == -EDQUOT ||
	       (code == SQLITE_IOERR && ret == -EIO && fs__free_bytes(st->path) < FULL_BYTES);
}

/* An exceeded quota is reported as ENOSPC: callers drop the reserve file in both cases. */
int store_db__fail(struct store *st, struct err *err, const char *what)
{
	int ret = to_errno(st->db), code = sqlite3_errcode(st->db) & 0xff;
	const char *more = "";

	if (is_full(st, code, ret))
		ret = -ENOSPC;
	if (code == SQLITE_NOTADB)
		more = "; expected a database of kduel's";
	else if (code == SQLITE_CORRUPT)
		more = "; a copy of it, or sqlite3's .recover, helps";
	else if (ret == -ENOSPC)
		more = "; the disk is full: make room, then try again";
	else if (code == SQLITE_IOERR && ret == -EIO)
		more = "; the kernel's log (dmesg) has what is wrong with the disk";
	else if (code == SQLITE_CANTOPEN || code == SQLITE_IOERR)
		more = strerror(-ret);
	return err__set(err, ret, "%s: %s: %s%s%s", st->path, what, sqlite3_errmsg(st->db),
			*more && *more != ';' ? ": " : "", more);
}

int store_db__exec(struct store *st, const char *sql, struct err *err)
{
	if (sqlite3_exec(st->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_db__fail(st, err, "cannot change the database");
	return 0;
}

/* IMMEDIATE takes the write lock at once. A transaction that starts as a reader and writes later
 * would fail with SQLITE_BUSY, without waiting, if another writer came in between. */
int store_db__begin(struct store *st, struct err *err)
{
	int ret = st->depth ? 0 : store_db__exec(st, "BEGIN IMMEDIATE", err);

	st->depth += !ret;
	return ret;
}

int store_db__end(struct store *st, int ret, struct err *err)
{
	if (--st->depth)
		return ret; /* the outermost call ends the transaction */
	if (!ret)
		ret = store_db__exec(st, "COMMIT", err);
	/* On a full disk, SQLite may already have rolled back. */
	if (ret && !sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	return ret;
}

int store_db__campaign_id(struct store *st, const char *uuid, int64_t *id, struct err *err)
{
	int ret = store_db__int(st, "SELECT id FROM campaign WHERE uuid = ?", ARGS(uuid), id, err);

	if (!ret)
		return err__set(err, -ENOENT, "%s: holds no campaign %s", st->path, uuid);
	return ret < 0 ? ret : 0;
}

int store_db__variant_id(struct store *st, int64_t campaign, const char *name, int64_t *id,
			 struct err *err)
{
	int ret = store_db__int(st, "SELECT id FROM variant WHERE campaign = ? AND name = ?",
				ARGS(campaign, name), id, err);

	if (!ret)
		return err__set(err, -EINVAL, "the campaign has no variant \"%s\"", name);
	return ret < 0 ? ret : 0;
}

void query__bind(struct query *q, const struct sql_value *args)
{
	for (; args && args->kind != SQL_NO_VALUE; args++) {
		int i = ++q->n_bound;
		int code = args->kind == SQL_INT    ? sqlite3_bind_int64(q->stmt, i, args->i) :
			   args->kind == SQL_DOUBLE ? sqlite3_bind_double(q->stmt, i, args->d) :
						      sqlite3_bind_text(q->stmt, i,
									args->s ? args->s : "", -1,
									SQLITE_STATIC);

		q->bind_code = q->bind_code ? q->bind_code : code;
	}
}

void store_db__drop_cache(struct store *st)
{
	for (size_t i = 0; i < st->n_cached; i++)
		sqlite3_finalize(st->cache[i].stmt);
	st->n_cached = 0;
}

/* A page runs the same few dozen queries some hundred times; preparing them each time would take a
 * quarter of its time. As queries nest, a statement in use is prepared a second time. */
int query__begin(struct query *q, struct store *st, const char *sql, const struct sql_value *args,
		 struct err *err)
{
	uint64_t hash = hash__text(sql);
	bool keep = st->n_cached < STORE_CACHED;

	*q = (struct query){ .st = st };
	for (size_t i = 0; i < st->n_cached && !q->slot; i++)
		if (!st->cache[i].in_use && st->cache[i].hash == hash &&
		    streq(sqlite3_sql(st->cache[i].stmt), sql))
			q->slot = &st->cache[i];
	if (q->slot) {
		q->slot->in_use = true;
		q->stmt = q->slot->stmt;
	} else if (sqlite3_prepare_v3(st->db, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0,
				      &q->stmt, NULL) != SQLITE_OK) {
		return store_db__fail(st, err, "cannot prepare a query");
	} else if (keep) {
		q->slot = &st->cache[st->n_cached++];
		*q->slot = (struct cached_stmt){ q->stmt, hash, true };
	}
	query__bind(q, args);
	return 0;
}

/* Reset a cached statement, or it would keep its read transaction and its bindings. */
void query__end(struct query *q)
{
	if (q->slot) {
		sqlite3_reset(q->stmt);
		sqlite3_clear_bindings(q->stmt);
		q->slot->in_use = false;
	} else {
		sqlite3_finalize(q->stmt);
	}
	*q = (struct query){ 0 };
}

/* Lower bound for the size of a row. */
#define ROW_BYTES_MIN 2

/* A page that a damaged file links from many places would yield rows without end: -EUCLEAN if there
 * are more than fit into the file. */
static int check_count(struct query *q, struct err *err)
{
	int64_t bytes = 0;
	int ret = store_db__int(q->st,
				"SELECT page_count * page_size FROM pragma_page_count,"
				" pragma_page_size",
				NULL, &bytes, err);

	if (ret < 0)
		return ret;
	if (q->n_rows > (uint64_t)bytes / ROW_BYTES_MIN)
		return err__set(err, -EUCLEAN, "%s: damaged: more rows than %lld bytes can hold",
				q->st->path, (long long)bytes);
	return 1;
}

int query__step(struct query *q, struct err *err)
{
	if (q->bind_code)
		return err__set(err, -EINVAL, "%s: cannot bind a value: %s", q->st->path,
				sqlite3_errstr(q->bind_code));
	switch (sqlite3_step(q->stmt)) {
	case SQLITE_ROW:
		/* Check only when the count is a power of two. */
		q->n_rows++;
		return q->n_rows < 1024 || (q->n_rows & (q->n_rows - 1)) ? 1 : check_count(q, err);
	case SQLITE_DONE:
		return 0;
	default:
		return store_db__fail(q->st, err,
				      sqlite3_stmt_readonly(q->stmt) ? "cannot read" :
								       "cannot write");
	}
}

int query__run(struct query *q, const struct sql_value *args, struct err *err)
{
	int ret;

	query__bind(q, args);
	do {
		ret = query__step(q, err);
	} while (ret > 0);
	sqlite3_reset(q->stmt);
	q->n_bound = q->bind_code = 0;
	q->n_rows = 0;
	return ret;
}

int query__int(struct query *q, int64_t *out, struct err *err)
{
	int ret = query__step(q, err);

	if (ret > 0)
		*out = col__int(q, 0);
	return ret;
}

int store_db__int(struct store *st, const char *sql, const struct sql_value *args, int64_t *out,
		  struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, sql, args, err);

	return ret ? ret : query__int(&q, out, err);
}

int store_db__run(struct store *st, const char *sql, const struct sql_value *args, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, sql, args, err);

	return ret ? ret : query__run(&q, NULL, err);
}

double col__double(const struct query *q, int i)
{
	return sqlite3_column_type(q->stmt, i) == SQLITE_NULL ? NAN :
								sqlite3_column_double(q->stmt, i);
}

/* Bind the next parameters in the order of the columns; strings must live until the statement has
 * run. */
void bind__row(struct query *q, const struct row_type *type, const void *row)
{
	for (size_t i = 0; i < type->n; i++) {
		const void *at = (const char *)row + type->columns[i].at;
		const char *text;

		switch (type->columns[i].kind) {
		case SQL_COLUMN_TEXT:
			memcpy(&text, at, sizeof(text));
			query__bind(q, ARGS(text));
			break;
		case SQL_COLUMN_INT64:
			query__bind(q, ARGS(*(const int64_t *)at));
			break;
		case SQL_COLUMN_INT:
			query__bind(q, ARGS(*(const int *)at));
			break;
		case SQL_COLUMN_UINT:
			query__bind(q, ARGS(*(const unsigned int *)at));
			break;
		case SQL_COLUMN_BOOL:
			query__bind(q, ARGS(*(const bool *)at));
			break;
		case SQL_COLUMN_DOUBLE:
			query__bind(q, ARGS(*(const double *)at));
			break;
		}
	}
}

/* Read a number that must lie within the range of its member; *fits becomes false if it does not,
 * which does not happen in files written by kduel. */
static int64_t col__within(const struct query *q, int i, int64_t lo, int64_t hi, bool *fits)
{
	int64_t v = col__int(q, i);

	*fits &= v >= lo && v <= hi;
	return v;
}

/* Read columns 0 to n - 1 into the members of a row, which then owns the copied strings. False if a
 * number is outside the range of its member. */
static bool read_columns(const struct query *q, const struct row_type *type, void *row)
{
	bool fits = true;

	for (int i = 0; i < (int)type->n; i++) {
		void *at = (char *)row + type->columns[i].at;
		char *text;

		switch (type->columns[i].kind) {
		case SQL_COLUMN_TEXT:
			text = col__text(q, i);
			memcpy(at, &text, sizeof(text)); /* char * or const char * */
			break;
		case SQL_COLUMN_INT64:
			*(int64_t *)at = col__int(q, i);
			break;
		case SQL_COLUMN_INT:
			*(int *)at = (int)col__within(q, i, INT_MIN, INT_MAX, &fits);
			break;
		case SQL_COLUMN_UINT:
			*(unsigned int *)at = (unsigned int)col__within(q, i, 0, UINT_MAX, &fits);
			break;
		case SQL_COLUMN_BOOL:
			*(bool *)at = col__int(q, i) != 0;
			break;
		case SQL_COLUMN_DOUBLE:
			*(double *)at = col__double(q, i);
			break;
		}
	}
	return fits;
}

int query__row(struct query *q, const struct row_type *type, void *row, struct err *err)
{
	int ret = query__step(q, err);

	if (ret <= 0)
		return ret;
	memset(row, 0, type->size);
	if (!read_columns(q, type, row))
		ret = err__set(err, -EUCLEAN, "%s: damaged: a number is out of its range",
			       q->st->path);
	else
		ret = type->parse ? type->parse(q, (int)type->n, row, err) : 0;
	if (ret) {
		row_type__release(type, row, 1);
		memset(row, 0, type->size); /* its owner may release it again */
	}
	return ret ? ret : 1;
}

/* Compare two rows by their key columns. */
static int compare_keys(const struct row_type *type, const char *a, const char *b)
{
	int order = 0;

	for (size_t i = 0; i < type->n_key && !order; i++) {
		const size_t at = type->columns[i].at;
		const char *x, *y;
		int64_t v, w;

		switch (type->columns[i].kind) {
		case SQL_COLUMN_TEXT:
			memcpy(&x, a + at, sizeof(x));
			memcpy(&y, b + at, sizeof(y));
			order = strcmp(x, y);
			break;
		case SQL_COLUMN_INT64:
			memcpy(&v, a + at, sizeof(v));
			memcpy(&w, b + at, sizeof(w));
			order = (v > w) - (v < w);
			break;
		case SQL_COLUMN_INT:
			v = *(const int *)(a + at);
			w = *(const int *)(b + at);
			order = (v > w) - (v < w);
			break;
		default:
			abort(); /* keys have no columns of other types */
		}
	}
	return order;
}

/* Is the last of `n` rows in order, that is greater than the one before it? */
static int check_order(const struct query *q, const struct row_type *type, const char *rows,
		       size_t n, struct err *err)
{
	const char *last = rows + (n - 1) * type->size;

	if (n < 2 || !type->n_key || compare_keys(type, last - type->size, last) < 0)
		return 0;
	return err__set(err, -EUCLEAN,
			"%s: damaged: a row is duplicated or out of order; use a copy of it, or "
			"sqlite3's .recover",
			q->st->path);
}

int query__each(struct query *q, const struct row_type *type, void *list, size_t *n,
		struct err *err)
{
	char *rows = NULL;
	int ret, more = 0;

	*n = 0;
	do {
		rows = array__grow(rows, *n, type->size);
		ret = query__row(q, type, rows + *n * type->size, err);
		if (ret > 0) {
			++*n;
			more = check_order(q, type, rows, *n, err);
		}
	} while (ret > 0 && !more);
	ret = ret > 0 ? more : ret;
	if (ret || !*n) {
		row_type__free(type, rows, *n);
		rows = NULL;
		*n = 0;
	}
	/* *list is a pointer to the row's type, which is unknown here. */
	memcpy(list, &rows, sizeof(rows));
	return ret;
}

int store_db__rows(struct store *st, const char *sql, const struct sql_value *args,
		   const struct row_type *type, void *list, size_t *n, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, sql, args, err);

	memset(list, 0, sizeof(void *));
	*n = 0;
	return ret ? ret : query__each(&q, type, list, n, err);
}

void row_type__release(const struct row_type *type, void *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < type->n; k++) {
			const char *at = (char *)list + i * type->size + type->columns[k].at;
			_free_ char *text = NULL;

			if (type->columns[k].kind != SQL_COLUMN_TEXT)
				continue;
			memcpy(&text, at, sizeof(text));
		}
	}
}

void row_type__free(const struct row_type *type, void *list, size_t n)
{
	row_type__release(type, list, n);
	free(list);
}
