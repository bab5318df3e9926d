// SPDX-License-Identifier: GPL-2.0-only
/*
 * seal.c - seals of cache entries. The seal of PATH is the file seals/PATH.
 *
 * Its first line has the hash of the other lines, so that a damaged seal is detected, too. Each other
 * line is "SHA256 SIZE MTIME CTIME INODE DEVICE NAME", with times in nanoseconds. NAME is the path
 * within the entry, "" if the entry is a single file.
 */
#include "runner/host/seal.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/host/use.h"

#include <fts.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "kduel seal 1 "
#define SEAL_MAX (64u << 20)
#define TRUSTED_S (7 * 24 * 3600) /* after this time, read the content again */

/* A file as described in a seal. */
struct sealed_file {
	char hash[65];
	unsigned long long size, mtime, ctime, inode, device;
	const char *name; /* "/kernel/md/dm-mod.ko" */
};

static void (*on_damage)(const char *fmt, ...) __printf(1, 2);

void seal__on_damage(void (*report)(const char *fmt, ...) __printf(1, 2))
{
	on_damage = report;
}

static char *seal_of(const char *path)
{
	_free_ char *root = cache__path("%s", "");

	return cache__path("seals/%s", str_starts(path, root) ? path + strlen(root) : path);
}

static unsigned long long ns_of(struct timespec t)
{
	return (unsigned long long)t.tv_sec * NSEC_PER_SEC + (unsigned long long)t.tv_nsec;
}

static void describe(const struct stat *st, struct sealed_file *f)
{
	f->size = (unsigned long long)st->st_size;
	f->mtime = ns_of(st->st_mtim);
	f->ctime = ns_of(st->st_ctim);
	f->inode = st->st_ino;
	f->device = st->st_dev;
}

static void put_line(FILE *out, const struct sealed_file *f)
{
	fprintf(out, "%s %llu %llu %llu %llu %llu %s\n", f->hash, f->size, f->mtime, f->ctime,
		f->inode, f->device, f->name);
}

/* Parse a line of a seal. f->name points into `line`. */
static bool parse_line(char *line, struct sealed_file *f)
{
	unsigned long long *const numbers[] = { &f->size, &f->mtime, &f->ctime, &f->inode,
						&f->device };
	char *p = line + strspn(line, "0123456789abcdef"), *end;

	if (p != line + 64)
		return false;
	memcpy(f->hash, line, 64);
	f->hash[64] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++, p = end) {
		*numbers[i] = strtoull(p, &end, 10);
		if (end == p || *end != ' ')
			return false;
	}
	f->name = p + 1;
	return true;
}

/* Write a seal: the hash of the lines, then the lines. */
static int write_seal(const char *path, const char *lines, size_t len, struct err *err)
{
	_free_ char *seal = seal_of(path), *text = NULL;
	char hash[65];

	cache__sha256(lines, len, hash);
	text = xasprintf(HEADER "%s\n%s", hash, lines);
	return fs__write_text(seal, text, err);
}

/* Write a line for each file of an entry. A newline in a name would break the format: fail. */
static int add_all(FILE *out, const char *path, struct err *err)
{
	FTS *fts = fs__walk(path);
	FTSENT *ent;
	int ret = 0;

	if (!fts)
		return err__errno(err, -errno, path);
	while (!ret && (errno = 0, ent = fts_read(fts))) {
		struct sealed_file f = { .name = ent->fts_path + strlen(path) };

		if (ent->fts_info == FTS_D || ent->fts_info == FTS_DP)
			continue;
		describe(ent->fts_statp, &f);
		ret = strchr(f.name, '\n') ?
			      -EINVAL :
			      cache__sha256_entry(ent->fts_path, ent->fts_statp, f.hash);
		if (ret)
			err__errno(err, ret, ent->fts_path);
		else
			put_line(out, &f);
	}
	if (!ret && errno)
		ret = err__errno(err, -errno, path);
	fts_close(fts);
	return ret;
}

int seal__make(const char *path, struct err *err)
{
	char *lines = NULL;
	size_t len = 0;
	FILE *out = xmemstream(&lines, &len);
	int ret = fs__sync(path);

	ret = ret ? err__errno(err, ret, path) : add_all(out, path, err);
	fclose(out);
	if (!ret)
		ret = write_seal(path, lines, len, err);
	free(lines);
	return ret;
}

void seal__break(const char *path)
{
	_free_ char *seal = seal_of(path);

	unlink(seal);
}

/* Remove the seal first: without it, the entry is invalid. */
int seal__discard(const char *path, struct err *err)
{
	_free_ char *seal = seal_of(path);

	if (unlink(seal) < 0 && errno != ENOENT)
		return err__errno(err, -errno, seal);
	return cache__discard(path, err);
}

/* Seal the entry after the rename, which changes the ctime. */
int seal__put(const char *from, const char *to, struct err *err)
{
	int ret = seal__discard(to, err);

	if (ret)
		return ret;
	use__hold(to);
	ret = fs__publish(from, to);
	return ret ? err__errno(err, ret, to) : seal__make(to, err);
}

/* Report damage. `name` is the path of the file within the entry. Returns -EUCLEAN. */
static int damaged(const char *path, const char *name, const char *how, struct err *err)
{
	if (on_damage)
		on_damage("cache: %s%s %s: it is not used, and will be made again when needed",
			  path, name, how);
	return err__set(err, -EUCLEAN, "%s%s %s", path, name, how);
}

/* Compare a file with the seal. If its metadata differ, or without `trust`, hash it; if the content is
 * unchanged, update *f and set *changed. */
static int check_file(const char *path, struct sealed_file *f, bool trust, bool *changed,
		      struct err *err)
{
	_free_ char *file = xasprintf("%s%s", path, f->name), *how = NULL;
	struct sealed_file now = *f;
	struct stat st;
	int ret;

	if (lstat(file, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ?
			       damaged(path, f->name, "is missing", err) :
			       err__errno(err, -errno, file);
	describe(&st, &now);
	if (now.size != f->size) {
		how = xasprintf("has %llu bytes instead of %llu", now.size, f->size);
		return damaged(path, f->name, how, err);
	}
	if (trust && now.mtime == f->mtime && now.ctime == f->ctime && now.inode == f->inode &&
	    now.device == f->device)
		return 0;
	ret = cache__sha256_entry(file, &st, now.hash);
	if (ret)
		return err__errno(err, ret, file);
	if (!streq(now.hash, f->hash))
		return damaged(path, f->name, "has different content from what was written", err);
	*f = now;
	*changed = true;
	return 0;
}

/* The lines of a seal without the first one; the caller frees. NULL if the seal is damaged. */
static char *lines_of(const char *text)
{
	const char *lines = strchr(text, '\n');
	char hash[65];

	if (!lines || !str_starts(text, HEADER))
		return NULL;
	cache__sha256(lines + 1, strlen(lines + 1), hash);
	if ((size_t)(lines - text) != strlen(HEADER) + 64 ||
	    strncmp(text + strlen(HEADER), hash, 64) != 0)
		return NULL;
	return xstrdup(lines + 1);
}

int seal__check(const char *path, struct err *err)
{
	_free_ char *seal = seal_of(path), *text = NULL, *lines = NULL;
	char *renewed = NULL, *save = NULL;
	time_t now = time(NULL);
	struct sealed_file f = { 0 };
	bool changed = false, trust;
	struct stat st;
	size_t len = 0;
	FILE *out;
	int ret;

	/* Hold the entry before checking it, if it exists. */
	if (!lstat(path, &st))
		use__hold(path);
	ret = fs__read(seal, SEAL_MAX, &text, NULL);
	if (ret)
		return err__errno(err, ret, seal);
	/* Do not trust a time in the future. */
	trust = !stat(seal, &st) && st.st_mtime <= now && now - st.st_mtime < TRUSTED_S;
	lines = lines_of(text);
	if (!lines)
		return damaged(seal, "", "is damaged", err);
	out = xmemstream(&renewed, &len);
	for (char *l = strtok_r(lines, "\n", &save); !ret && l; l = strtok_r(NULL, "\n", &save)) {
		ret = parse_line(l, &f) ? check_file(path, &f, trust, &changed, err) :
					  damaged(seal, "", "is damaged", err);
		if (!ret)
			put_line(out, &f);
	}
	fclose(out);
	/* If the seal cannot be updated, files are hashed again the next time. */
	if (!ret && changed)
		(void)write_seal(path, renewed, len, NULL);
	free(renewed);
	return ret;
}
