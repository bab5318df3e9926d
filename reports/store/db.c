// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"

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
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return sys ? -sys : -EIO;
	default:
		return -EIO;
	}
}

int store_db__fail(struct store *st, struct err *err, const char *what)
{
	int ret = to_errno(st->db), code = sqlite3_errcode(st->db) & 0xff;
	const char *more = code == SQLITE_NOTADB  ? "; expected a database of kduel's" :
			   code == SQLITE_CORRUPT ? "; a copy of it, or sqlite3's .recover, helps" :
			   code == SQLITE_CANTOPEN && ret != -EIO ? strerror(-ret) :
								    "";

	if (ret == -EDQUOT)
		ret = -ENOSPC;
	return err__set(err, ret, "%s: %s: %s%s%s", st->path, what, sqlite3_errmsg(st->db),
			*more && *more != ';' ? ": " : "", more);
}

int store_db__exec(struct store *st, const char *sql, struct err *err)
{
	if (sqlite3_exec(st->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_db__fail(st, err, "cannot change the database");
	return 0;
}

int store_db__step(struct store *st, sqlite3_stmt *stmt, struct err *err)
{
	switch (sqlite3_step(stmt)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return store_db__fail(st, err,
				      sqlite3_stmt_readonly(stmt) ? "cannot read" : "cannot write");
	}
}

int store_db__run(struct store *st, sqlite3_stmt *stmt, struct err *err)
{
	int ret;

	do {
		ret = store_db__step(st, stmt, err);
	} while (ret > 0);
	sqlite3_reset(stmt);
	return ret;
}

int store_db__begin(struct store *st, struct err *err)
{
	return store_db__exec(st, "BEGIN IMMEDIATE", err);
}

int store_db__end(struct store *st, int ret, struct err *err)
{
	if (!ret)
		ret = store_db__exec(st, "COMMIT", err);
	/* On a full disk SQLite may have rolled back by itself. */
	if (ret && !sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	return ret;
}
