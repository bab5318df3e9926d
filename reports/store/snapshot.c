// SPDX-License-Identifier: GPL-2.0-only
/* snapshot.c - consistent snapshots of the database, for many reads or as a copy. */
#include "lib/fs.h"
#include "reports/store/db.h"
#include "reports/store/snapshot.h"

#include <sys/stat.h>
#include <unistd.h>

/* A deferred transaction takes its snapshot at the first read, not at BEGIN. */
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

void store_snapshot__cache(struct store *st, unsigned int kib)
{
	char sql[48];

	snprintf(sql, sizeof(sql), "PRAGMA cache_size = -%u", kib);
	sqlite3_exec(st->db, sql, NULL, NULL, NULL); /* a failure only costs memory */
}

void store_snapshot__timeout(struct store *st, int ms)
{
	sqlite3_busy_timeout(st->db, ms);
}

/* SQLite would take files that a killed writer left under these names as part of the new
 * database. */
static int check_neighbours(const char *path, struct err *err)
{
	static const char *const ends[] = { "", "-journal", "-wal" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		_free_ char *name = xasprintf("%s%s", path, ends[i]);
		struct stat sb;

		if (!lstat(name, &sb))
			return err__set(err, -EEXIST, "%s exists: %s", name,
					*ends[i] ? "remove it, or name another file" :
						   "name a new file");
	}
	return 0;
}

/* VACUUM INTO reads one snapshot, so a campaign may go on writing. The file gets its name only when
 * it is complete: a partial copy would look like a database and block the next attempt. */
int store__copy(struct store *st, const char *path, struct err *err)
{
	_free_ char *part = xasprintf("%s.part-%d", path, (int)getpid());
	int ret = check_neighbours(path, err);

	if (ret)
		return ret;
	unlink(part); /* left behind by a killed process with the same PID */
	ret = store_db__run(st, "VACUUM INTO ?", ARGS(part), err);
	if (!ret) {
		ret = fs__publish(part, path);
		if (ret)
			err__set(err, ret, "%s", strerror(-ret));
	}
	if (!ret)
		return 0;
	unlink(part);
	return err__prefix(err, ret, "%s: cannot write the copy: ", path);
}
