// SPDX-License-Identifier: GPL-2.0-only
/*
 * store.c - opens and closes a database, even where nothing can be written, and keeps a reserve
 * file of 1 MiB: if the disk fills up during a campaign, deleting it makes room for the rows that
 * record that.
 */
#include "lib/fs.h"
#include "reports/store/db.h"
#include "reports/store/schema.h"
#include "reports/store/snapshot.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 5000 /* how long to wait for locks of other processes */
#define RESERVE_BYTES (1 << 20)
/* Create the reserve file only if as much space again remains free: otherwise it would fill up a
 * nearly full disk again right after it was dropped. */
#define ROOM_FACTOR 2

/* posix_fallocate() allocates the blocks; a sparse file would reserve nothing. */
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

/*
 * A database may come from elsewhere (https://sqlite.org/security.html). So its schema must not
 * call functions with side effects or hide one query behind another, no statement may corrupt
 * internal tables, and no row or query may take all memory. The limits are kduel's own needs with
 * some headroom.
 */
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

/* Open a connection, for use by one thread at a time (NOMUTEX). */
static int connect(struct store *st, const char *name, int flags, struct err *err)
{
	flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	if (sqlite3_open_v2(name, &st->db, flags, NULL) != SQLITE_OK)
		return store_db__fail(st, err, "cannot open the database");
	sqlite3_busy_timeout(st->db, BUSY_MS);
	defend(st->db);
	if (sqlite3_exec(st->db, STORE_DB_CHECKED "; PRAGMA cell_size_check = ON", NULL, NULL,
			 NULL) != SQLITE_OK)
		return store_db__fail(st, err, "cannot open the database");
	return 0;
}

int store__begin(struct store *st, struct err *err)
{
	return store_db__begin(st, err);
}

int store__end(struct store *st, int ret, struct err *err)
{
	return store_db__end(st, ret, err);
}

/* Reject names that SQLite would not take as a file, and paths to anything but a regular file. */
static int check_path(const char *path, struct err *err)
{
	struct stat sb;

	if (!*path)
		return err__set(err, -EINVAL, "the path of the database is empty; name a file");
	if (streq(path, ":memory:") || str_starts(path, "file:"))
		return err__set(err, -EINVAL,
				"%s: expected the path of a file; ./%s is a file of that name",
				path, path);
	if (!stat(path, &sb) && !S_ISREG(sb.st_mode))
		return err__set(err, -EUCLEAN, "%s: %s, not a file; expected a database", path,
				S_ISDIR(sb.st_mode)  ? "a directory" :
				S_ISFIFO(sb.st_mode) ? "a pipe" :
				S_ISSOCK(sb.st_mode) ? "a socket" :
						       "a device");
	return 0;
}

/* Create the directory of the database: that of the default path may not exist yet. */
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
	/* Identify it first: another program's database must be left exactly as it was. */
	if (!ret)
		ret = store_schema__ready(st, true, err);
	/* In WAL mode only FULL syncs at every commit, so that a boot that was reported as stored
	 * survives a power failure. */
	if (!ret)
		ret = store_db__exec(st, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
				     err);
	if (ret)
		return ret;
	st->reserve = xasprintf("%s.reserve", st->path);
	store__fill_reserve(st);
	return 0;
}

/* "file:PATH?immutable=1", with URI special characters escaped (https://sqlite.org/uri.html); the
 * caller frees. */
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

/* Is the -wal or -journal file beside the database not empty? A reader of the database file alone
 * would miss the transactions in a -wal file, and see half of a transaction that a rollback journal
 * would undo. */
static bool has_pending(const char *path, const char *end)
{
	_free_ char *beside = xasprintf("%s%s", path, end);
	struct stat sb;

	return stat(beside, &sb) == 0 && sb.st_size > 0;
}

bool store__has_wal(const char *path)
{
	return has_pending(path, "-wal");
}

static void disconnect(struct store *st)
{
	store_db__drop_cache(st);
	sqlite3_close(st->db);
	st->db = NULL;
}

/* Let SQLite recover a database whose writer was killed: any read on a writable connection does
 * that. */
static int recover(struct store *st, struct err *err)
{
	int ret;

	disconnect(st);
	ret = connect(st, st->path, SQLITE_OPEN_READWRITE, err);
	if (!ret)
		ret = store_db__exec(st, "SELECT count(*) FROM sqlite_schema", err);
	if (!ret)
		disconnect(st);
	return ret;
}

/* Open a WAL database where SQLite cannot create the shared-memory file beside it, because the
 * directory is read-only or the disk full. Without a leftover -wal file, the database file alone is
 * complete. */
static int open_immutable(struct store *st, struct err *err)
{
	_free_ char *uri = NULL;
	int ret;

	disconnect(st);
	st->frozen = true;
	uri = immutable_uri(st->path);
	ret = connect(st, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
	return ret ? ret : store_schema__ready(st, false, err);
}

/* A missing file must not be created, and a directory or device not be opened. */
static int open_read(struct store *st, struct err *err)
{
	struct stat sb;
	int ret, code, sub;

	if (stat(st->path, &sb) < 0)
		return err__set(err, -errno,
				"%s: no such database (%s); `kduel run PLAN` makes one, --db names "
				"another",
				st->path, strerror(errno));
	ret = connect(st, st->path, SQLITE_OPEN_READONLY, err);
	if (!ret)
		ret = store_schema__ready(st, false, err);
	sub = sqlite3_extended_errcode(st->db);
	code = sub & 0xff;
	if (!ret || (code != SQLITE_CANTOPEN && code != SQLITE_READONLY && code != SQLITE_FULL &&
		     sub != SQLITE_IOERR_SHMOPEN && sub != SQLITE_IOERR_SHMSIZE &&
		     sub != SQLITE_IOERR_SHMMAP))
		return ret;
	if (has_pending(st->path, "-journal") || has_pending(st->path, "-wal")) {
		ret = recover(st, err);
		if (ret)
			return err__prefix(err, ret,
					   "a kduel was killed while it wrote, and what it left in "
					   "the -journal or -wal file beside it can only be put in "
					   "order with write access to both: ");
		ret = connect(st, st->path, SQLITE_OPEN_READONLY, err);
		return ret ? ret : store_schema__ready(st, false, err);
	}
	return open_immutable(st, err);
}

int store__open(const char *path, unsigned int flags, struct store **out, struct err *err)
{
	struct store *st = xcalloc(1, sizeof(*st));
	struct stat sb;
	int ret;

	*out = NULL;
	st->path = xstrdup(path);
	ret = check_path(path, err);
	if (!ret)
		ret = flags & STORE_WRITE ? open_write(st, err) : open_read(st, err);
	/* Migrate on read, so that an upgraded kduel opens old databases. */
	if (ret == -ESTALE && !(flags & STORE_AS_IS) && access(path, W_OK) == 0) {
		disconnect(st);
		st->frozen = false;
		ret = open_write(st, err);
	}
	if (!ret && !stat(path, &sb)) {
		st->dev = sb.st_dev;
		st->ino = sb.st_ino;
	}
	if (ret) {
		store__close(st);
		return ret;
	}
	*out = st;
	return 0;
}

bool store__in_place(const struct store *st)
{
	struct stat sb;

	return !stat(st->path, &sb) && sb.st_dev == st->dev && sb.st_ino == st->ino;
}

int store__move(struct store *st, const char *path, struct err *err)
{
	struct store *moved, old;
	int ret = make_parent(path, err);

	if (!ret)
		ret = store__copy(st, path, err);
	if (!ret)
		ret = store__open(path, STORE_WRITE, &moved, err);
	if (ret)
		return ret;
	old = *st;
	*st = *moved;
	*moved = old;
	store__close(moved);
	return 0;
}

char *store__data_path(const char *name)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (data && *data == '/')
		return xasprintf("%s/kduel/%s", data, name);
	return xasprintf("%s/.local/share/kduel/%s", home && *home ? home : "", name);
}

char *store__default_path(void)
{
	const char *db = getenv("KDUEL_DB");

	return db && *db ? xstrdup(db) : store__data_path("kduel.db");
}

/* RFC 9562, version 4: random except for the version and variant bits. */
void store__uuid(char out[UUID_LEN])
{
	unsigned char b[16];
	char *p = out;

	/* Blocks until the pool is initialized; after that, 16 bytes cannot fail. */
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

bool store__is_uuid(const char *text)
{
	return text && strlen(text) == UUID_LEN - 1 &&
	       strspn(text, "0123456789abcdef-") == UUID_LEN - 1;
}
