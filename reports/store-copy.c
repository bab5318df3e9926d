// SPDX-License-Identifier: GPL-2.0-only
/* store-copy.c - one state of the database as a file of its own. */
#include "reports/store-db.h"

int store__copy(struct store *st, const char *path, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, "VACUUM INTO ?1", &stmt, err);

	if (ret)
		return ret;
	sqlite3_bind_text(stmt, 1, path, -1, SQLITE_STATIC);
	ret = store_db__step(st, stmt, err);
	return ret < 0 ? ret : 0;
}
