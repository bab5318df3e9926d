// SPDX-License-Identifier: GPL-2.0-only
/* spill.c - copies of a database that disappeared under a running campaign. */
#include "reports/store/spill.h"

#include "lib/fs.h"
#include "reports/store/campaign.h"
#include "reports/store/db.h"
#include "reports/store/merge.h"
#include "reports/store/upkeep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define N_PLACES 2
#define LOCK_MS 10000 /* how long to wait for another kduel that makes or merges copies */

/* Directory for copies, the preferred one first. The caller frees. */
static char *place(unsigned int i)
{
	const char *tmp = getenv("TMPDIR");

	return i ? xasprintf("%s/kduel-spill-%u", tmp && *tmp ? tmp : "/var/tmp", geteuid()) :
		   store__data_path("spill");
}

/* The same path with `end` in place of ".db". */
static char *beside(const char *path, const char *end)
{
	return xasprintf("%.*s%s", (int)strlen(path) - 3, path, end);
}

/* A path independent of the working directory; the file itself need not exist. */
static char *absolute(const char *path)
{
	const char *slash = strrchr(path, '/');
	_free_ char *dir = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	_free_ char *full = realpath(dir, NULL);

	return full ? xasprintf("%s/%s", full, slash ? slash + 1 : path) : xstrdup(path);
}

/* The path of the database that a copy was made from; NULL if unknown. */
static char *origin_of(const char *path)
{
	_free_ char *name = beside(path, ".origin");
	char *text = NULL;

	return fs__read(name, PATH_MAX, &text, NULL) ? NULL : text;
}

/* $TMPDIR is shared: the file must be ours, and nobody else may be able to modify it. */
static int check_owner(const char *path, mode_t type, struct err *err)
{
	struct stat sb;
	const char *what = NULL;

	if (lstat(path, &sb))
		return err__errno(err, -errno, path);
	if (S_ISLNK(sb.st_mode))
		what = "a link";
	else if ((sb.st_mode & S_IFMT) != type)
		what = type == S_IFDIR ? "no directory" : "no file";
	else if (type == S_IFREG && sb.st_nlink > 1)
		what = "a file with another name besides";
	else if (sb.st_uid != geteuid())
		what = "of another user";
	else if (sb.st_mode & S_IWOTH)
		what = "writable by everybody";
	return !what ? 0 :
		       err__set(err, -EPERM,
				"%s: %s; expected a %s of user %u that nobody else can change",
				path, what, type == S_IFDIR ? "directory" : "file", geteuid());
}

static int make_place(const char *dir, struct err *err)
{
	int ret = fs__mkdir_p(dir);

	if (ret)
		return err__errno(err, ret, dir);
	ret = check_owner(dir, S_IFDIR, err);
	if (!ret && chmod(dir, 0700))
		ret = err__errno(err, -errno, dir);
	return ret;
}

/* Lock a directory, so that one kduel at a time makes or merges copies. Returns a descriptor to
 * close, or -errno; -EBUSY if another process holds the lock for too long. */
static int lock_place(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (int ms = 0; flock(fd, LOCK_EX | LOCK_NB); ms += 50) {
		if (errno != EWOULDBLOCK || ms >= LOCK_MS) {
			close(fd);
			return -EBUSY;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 50 * 1000 * 1000 }, NULL);
	}
	return fd;
}

/* Is this "UUID.db", a copy for the campaign with that UUID? */
static bool parse_name(const char *name, char uuid[UUID_LEN])
{
	if (strlen(name) != UUID_LEN + 2 || !streq(name + UUID_LEN - 1, ".db"))
		return false;
	memcpy(uuid, name, UUID_LEN - 1);
	uuid[UUID_LEN - 1] = '\0';
	return store__is_uuid(uuid);
}

/* The origin is written first: without it nothing tells which database the copy belongs to, once
 * that is gone. A copy of a copy belongs to the original database. */
static int leave_to(struct store *st, const char *dir, const char *path, struct err *err)
{
	const char *slash = strrchr(st->path, '/');
	bool is_copy = parse_name(slash ? slash + 1 : st->path, (char[UUID_LEN]){ 0 });
	_free_ char *name = beside(path, ".origin"), *origin = is_copy ? origin_of(st->path) : NULL;
	_close_ int lock = -1;
	int ret = make_place(dir, err);

	/* If the lock cannot be had, go on without it: at worst another kduel looks at a partial
	 * copy and rejects it. */
	if (!ret) {
		lock = lock_place(dir);
		if (lock < 0 && lock != -EBUSY)
			ret = err__errno(err, lock, dir);
	}
	if (!ret && fs__exists(path))
		ret = err__set(err, -EEXIST, "%s: is there already", path);
	if (!origin)
		origin = absolute(st->path);
	if (!ret)
		ret = fs__write_text(name, origin, err);
	if (!ret) {
		ret = store__move(st, path, err);
		if (ret)
			unlink(name);
	}
	return ret;
}

int spill__leave(struct store *st, const char *campaign, char **path, struct err *err)
{
	int ret = -EIO;

	*path = NULL;
	for (unsigned int i = 0; i < N_PLACES; i++) {
		_free_ char *dir = place(i);

		*path = xasprintf("%s/%.36s.db", dir, campaign);
		ret = leave_to(st, dir, *path, err);
		if (!ret)
			return 0;
		free(*path);
		*path = NULL;
	}
	return ret;
}

/* Does the copy belong to database `db`: was it made from that path, or is its campaign in it? A
 * copy that cannot be read is reported later. */
static bool belongs_to(const char *db, const char *path, const char *uuid)
{
	_free_ char *origin = origin_of(path), *full = absolute(db);
	_cleanup_(store__closep) struct store *st = NULL;
	struct stat a, b;
	int64_t id;

	if (!stat(db, &a) && !lstat(path, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return false; /* --db names the copy itself */
	if (origin && streq(origin, full))
		return true;
	return fs__exists(db) && !store__open(db, STORE_READ, &st, NULL) &&
	       !store_db__campaign_id(st, uuid, &id, NULL);
}

/* Everything that is read from a copy must be sound before any of it becomes part of the database.
 * Opening it compares the schema, loading the campaign checks its numbers. */
static int check_copy(const char *path, const char *uuid, struct err *err)
{
	_cleanup_(store__closep) struct store *st = NULL;
	struct campaign *c;
	int ret = check_owner(path, S_IFREG, err);

	if (!ret)
		ret = store__open(path, STORE_READ, &st, err);
	if (!ret)
		ret = store__check_pages(st, true, err);
	if (ret)
		return ret;
	ret = store__load(st, uuid, &c, err);
	campaign__free(c);
	return ret;
}

/* The copy itself is removed last: as long as it exists, merging it again adds what is missing. */
static void remove_copy(const char *path)
{
	static const char *const ends[] = { ".db-shm", ".db.reserve", ".origin", ".db-wal", ".db" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		_free_ char *name = beside(path, ends[i]);

		unlink(name);
	}
}

/* If some boots could not be merged, because their slot was booted again meanwhile, keep the copy
 * as UUID.left.db. Returns its path; the caller frees. */
static char *keep_copy(const char *path)
{
	char *kept = beside(path, ".left.db");
	struct stat sb;

	if (!store__has_wal(path) && lstat(kept, &sb) && rename(path, kept) == 0) {
		remove_copy(path);
		return kept;
	}
	free(kept);
	return xstrdup(path);
}

static void take_in(const char *db, const char *path, const char *uuid, spill_say *say)
{
	_cleanup_(store__closep) struct store *st = NULL;
	_free_ char *text = NULL, *kept = NULL;
	struct merge_result r;
	struct err err;
	int ret = check_copy(path, uuid, &err);

	if (!ret)
		ret = store__open(db, STORE_WRITE, &st, &err);
	if (!ret)
		ret = store__merge(st, path, &(struct merge){ .ended = uuid }, &r, &err);
	if (ret) {
		text = xasprintf("%s has boots of campaign %.8s that %s may lack, and was not "
				 "taken in: %s",
				 path, uuid, db, err.msg);
		say(false, text);
		return;
	}
	/* Close before removing: SQLite deletes its own auxiliary files. */
	store__close(st);
	st = NULL;
	if (r.left)
		kept = keep_copy(path);
	else
		remove_copy(path);
	text = r.left ?
		       xasprintf("%lld boot%s of campaign %.8s taken in from a copy of the database; "
				 "%lld more %s of slots that were booted again since, and %s in %s",
				 (long long)r.boots, plural_s(r.boots), uuid, (long long)r.left,
				 r.left == 1 ? "is" : "are", r.left == 1 ? "stays" : "stay", kept) :
		       xasprintf("%lld boot%s of campaign %.8s taken in from %s, which is removed",
				 (long long)r.boots, plural_s(r.boots), uuid, path);
	say(!r.left, text);
}

/* Nothing in a directory that others can write to is even looked at. */
static void take_in_from(const char *dir, const char *db, spill_say *say)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_close_ int lock = -1;
	struct err err;

	(void)fs__names(dir, &names);
	for (size_t i = 0; i < names.n; i++) {
		_free_ char *path = xasprintf("%s/%s", dir, names.v[i]);
		char uuid[UUID_LEN];
		struct stat sb;

		if (!parse_name(names.v[i], uuid))
			continue;
		if (lock < 0) {
			int ret = check_owner(dir, S_IFDIR, &err);

			if (!ret) {
				lock = lock_place(dir);
				if (lock < 0)
					ret = err__errno(&err, lock, dir);
			}
			if (ret) {
				say(false, err.msg);
				return;
			}
		}
		/* Another kduel may have merged it while we waited for the lock. */
		if (!lstat(path, &sb) && belongs_to(db, path, uuid))
			take_in(db, path, uuid, say);
	}
}

void spill__take_in(const char *db, spill_say *say)
{
	for (unsigned int i = 0; i < N_PLACES; i++) {
		_free_ char *dir = place(i);

		take_in_from(dir, db, say);
	}
}
