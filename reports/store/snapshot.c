// SPDX-License-Identifier: GPL-2.0-only
/* snapshot.c - one state of the database: for many reads, or as a file of its own. */
#include "lib/fs.h"
#include "reports/store/db.h"
#include "reports/store/snapshot.h"

#include <unistd.h>

/* A deferred transaction takes its snapshot at its first read, not at BEGIN: any read will do. */
int store_snapshot__begin(struct store *st, struct err *err)
{
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

/* Changes whenever another connection commits
 * (https://sqlite.org/pragma.html#pragma_data_version). */
int store_snapshot__version(struct store *st, int64_t *version, struct err *err)
{
	int ret = store_db__int(st, "PRAGMA data_version", NULL, version, err);

	return ret < 0 ? ret : 0;
}

bool store_snapshot__is_frozen(const struct store *st)
{
	return st->frozen;
}

void store_snapshot__timeout(struct store *st, int ms)
{
	sqlite3_busy_timeout(st->db, ms);
}

/* VACUUM INTO reads one snapshot, so a campaign may go on writing meanwhile; it refuses a file
 * that is there and not empty. */
int store__copy(struct store *st, const char *path, struct err *err)
{
	bool existed = fs__exists(path);
	int ret = store_db__run(st, "VACUUM INTO ?", ARGS(path), err);

	if (!ret)
		return 0;
	if (!existed)
		unlink(path); /* half a copy would be in the way of the next attempt */
	return err__prefix(err, ret, "%s: cannot write the copy: ", path);
}
