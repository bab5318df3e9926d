// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"
#include "reports/store/snapshot.h"

int store_snapshot__begin(struct store *st, struct err *err)
{
	/* The first read makes the snapshot: any will do. */
	if (sqlite3_exec(st->db, "BEGIN; SELECT 1 FROM campaign LIMIT 1", NULL, NULL, NULL) !=
	    SQLITE_OK) {
		int ret = store_db__fail(st, err, "cannot read");

		store_snapshot__end(st);
		return ret;
	}
	return 0;
}

void store_snapshot__end(struct store *st)
{
	if (!sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "COMMIT", NULL, NULL, NULL);
}

int store_snapshot__version(struct store *st, int64_t *version, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	/* https://sqlite.org/pragma.html#pragma_data_version */
	int ret = store_db__prepare(st, "PRAGMA data_version", &stmt, err);

	if (!ret)
		ret = store_db__step(st, stmt, err);
	if (ret > 0)
		*version = sqlite3_column_int64(stmt, 0);
	return ret < 0 ? ret : 0;
}

void store_snapshot__patience(struct store *st, int ms)
{
	sqlite3_busy_timeout(st->db, ms);
}
