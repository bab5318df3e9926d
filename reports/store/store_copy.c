// SPDX-License-Identifier: GPL-2.0-only
/* store_copy.c - one state of the database as a file of its own. */
#include "lib/fs.h"
#include "reports/store/db.h"

#include <unistd.h>

int store__copy(struct store *st, const char *path, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	bool theirs = fs__exists(path);
	int ret = store_db__prepare(st, "VACUUM INTO ?1", &stmt, err);

	if (ret)
		return ret;
	sqlite3_bind_text(stmt, 1, path, -1, SQLITE_STATIC);
	ret = store_db__step(st, stmt, err);
	if (ret >= 0)
		return 0;
	if (!theirs)
		unlink(path); /* half of it would be in the way of the next */
	return err__prefix(err, ret, "%s: cannot write the copy: ", path);
}
