// SPDX-License-Identifier: GPL-2.0-only
/*
 * store.c - open and close a database, for reading where nothing can be written, too, and keep a
 * megabyte in reserve: a disk that fills up during a campaign still takes the few rows that say so.
 */
#include "lib/fs.h"
#include "reports/store/db.h"
#include "reports/store/schema.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 5000 /* wait so long for the lock of another process */
#define RESERVE_BYTES (1 << 20)
/* Make the reserve only where it would leave as much free again: else a nearly full disk would be
 * filled by it right after it was dropped. */
#define ROOM_FACTOR 2

/* posix_fallocate() gives the file its blocks; a sparse one would reserve nothing. */
void store__fill_reserve(const struct store *st)
{
	_close_ int fd = -1;

	if (!st->reserve || fs__exists(st->reserve) ||
	    fs__free_bytes(st->path) < (uint64_t)RESERVE_BYTES * ROOM_FACTOR)
		return;
	fd = open(st->reserve, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (posix_fallocate(fd, 0, RESERVE_BYTES))
		unlink(st->reserve);
}

bool store__drop_reserve(const struct store *st)
{
	return st->reserve && unlink(st->reserve) == 0;
}

void store__close(struct store *st)
{
	if (!st)
		return;
	store_db__drop_cache(st);
	sqlite3_close(st->db);
	free(st->path);
	free(st->reserve);
	free(st);
}

/* A database may come from elsewhere (https://sqlite.org/security.html): its schema cannot call
 * functions with side effects, nor hide one query behind another, nor a statement corrupt its internal
 * tables, nor a row or query take all memory. The limits are what kduel's own need, with some room. */
static void defend(sqlite3 *db)
{
	static const struct {
		int id, max;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, 300 << 20 }, /* above any text of packed.c */
		{ SQLITE_LIMIT_SQL_LENGTH, 100000 },  { SQLITE_LIMIT_COLUMN, 64 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 100 },     { SQLITE_LIMIT_COMPOUND_SELECT, 10 },
		{ SQLITE_LIMIT_VDBE_OP, 25000 },      { SQLITE_LIMIT_FUNCTION_ARG, 8 },
		{ SQLITE_LIMIT_ATTACHED, 1 }, /* VACUUM INTO */
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 64 }, { SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
	};

	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		sqlite3_limit(db, limits[i].id, limits[i].max);
}

/* Open a connection. It is used by one thread at a time (NOMUTEX). */
static int connect(struct store *st, const char *name, int flags, struct err *err)
{
	flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	if (sqlite3_open_v2(name, &st->db, flags, NULL) != SQLITE_OK)
		return store_db__fail(st, err, "cannot open the database");
	sqlite3_busy_timeout(st->db, BUSY_MS);
	defend(st->db);
	if (sqlite3_exec(st->db,
			 "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
			 " PRAGMA cache_size = -16000",
			 NULL, NULL, NULL) != SQLITE_OK)
		return store_db__fail(st, err, "cannot open the database");
	return 0;
}

/* Create the directory of the database: the default path may lie in one that does not exist yet. */
static int make_parent(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	_free_ char *dir = slash && slash > path ? xstrndup(path, (size_t)(slash - path)) : NULL;
	int ret = dir ? fs__mkdir_p(dir) : 0;

	if (ret)
		return err__set(err, ret, "%s: cannot create the directory: %s", dir,
				strerror(-ret));
	return 0;
}

static int open_write(struct store *st, struct err *err)
{
	int ret = make_parent(st->path, err);

	if (!ret)
		ret = connect(st, st->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
	/* Identity first: a database of another program is left exactly as it was. */
	if (!ret)
		ret = store_schema__ready(st, true, err);
	/* In WAL mode only FULL syncs at every commit: a boot that was reported as stored survives a
	 * power cut. */
	if (!ret)
		ret = store_db__exec(st, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
				     err);
	if (ret)
		return ret;
	st->reserve = xasprintf("%s.reserve", st->path);
	store__fill_reserve(st);
	return 0;
}

/* "file:PATH?immutable=1", with the characters escaped that mean something in a URI
 * (https://sqlite.org/uri.html); the caller frees. */
static char *immutable_uri(const char *path)
{
	size_t at = 5;
	char *uri = xcalloc(3 * strlen(path) + sizeof("file:?immutable=1"), 1);

	memcpy(uri, "file:", at);
	for (; *path; path++)
		at += (size_t)snprintf(uri + at, 4, strchr("%?#", *path) ? "%%%02X" : "%c", *path);
	memcpy(uri + at, "?immutable=1", sizeof("?immutable=1"));
	return uri;
}

/* Transactions that only the -wal file holds would be lost to a reader of the file alone. */
static bool has_pending_wal(const char *path)
{
	_free_ char *wal = xasprintf("%s-wal", path);
	struct stat sb;

	return stat(wal, &sb) == 0 && sb.st_size > 0;
}

/* Read a WAL database where SQLite cannot make the shared-memory file that it needs beside it,
 * because the directory is read-only. With no -wal file left over, the database file alone is
 * complete. */
static int open_immutable(struct store *st, struct err *err)
{
	_free_ char *uri = NULL;
	int ret;

	if (has_pending_wal(st->path))
		return err__prefix(err, -EROFS,
				   "a -wal file that needs write access lies beside it: ");
	store_db__drop_cache(st);
	sqlite3_close(st->db);
	st->db = NULL;
	uri = immutable_uri(st->path);
	ret = connect(st, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
	return ret ? ret : store_schema__ready(st, false, err);
}

/* A file that is not there must not be created, and a directory or a device not be opened. */
static int open_read(struct store *st, struct err *err)
{
	struct stat sb;
	int ret, code;

	if (stat(st->path, &sb) < 0)
		return err__set(err, -errno, "%s: no such database (%s)", st->path,
				strerror(errno));
	if (!S_ISREG(sb.st_mode))
		return err__set(err, -EUCLEAN, "%s: not a file", st->path);
	ret = connect(st, st->path, SQLITE_OPEN_READONLY, err);
	if (!ret)
		ret = store_schema__ready(st, false, err);
	code = sqlite3_errcode(st->db) & 0xff;
	if (ret && (code == SQLITE_CANTOPEN || code == SQLITE_READONLY))
		ret = open_immutable(st, err);
	return ret;
}

int store__open(const char *path, unsigned int flags, struct store **out, struct err *err)
{
	struct store *st = xcalloc(1, sizeof(*st));
	int ret;

	*out = NULL;
	st->path = xstrdup(path);
	ret = flags & STORE_WRITE ? open_write(st, err) : open_read(st, err);
	/* Migrate on read, so that an upgraded kduel opens old databases. */
	if (ret == -ESTALE && !(flags & STORE_AS_IS) && access(path, W_OK) == 0) {
		store_db__drop_cache(st);
		sqlite3_close(st->db);
		st->db = NULL;
		ret = open_write(st, err);
	}
	if (ret) {
		store__close(st);
		return ret;
	}
	*out = st;
	return 0;
}

char *store__default_path(void)
{
	const char *db = getenv("KDUEL_DB"), *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (db && *db)
		return xstrdup(db);
	if (data && *data == '/')
		return xasprintf("%s/kduel/kduel.db", data);
	return xasprintf("%s/.local/share/kduel/kduel.db", home && *home ? home : "");
}

/* RFC 9562, version 4: random but for the bits of version and variant. */
void store__uuid(char out[UUID_LEN])
{
	unsigned char b[16];
	char *p = out;

	/* Cannot fail for 16 bytes once the pool is ready, which it waits for. */
	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		abort();
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof(b); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		p += snprintf(p, 3, "%02x", b[i]);
	}
}
