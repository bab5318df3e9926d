// SPDX-License-Identifier: GPL-2.0-only
/*
 * cache.c - the cache directory: locks for builds, temporary directories that are removed once their
 * owner is gone, claims, and SHA-256.
 *
 * All locks are flock(2), which the kernel releases however the process ends.
 */
#include "runner/host/cache.h"

#include "lib/fs.h"
#include "lib/units.h"

#include <fcntl.h>
#include <limits.h>
#include <nettle/sha2.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLAIM "campaign-"
#define CLAIM_END ".lock"

/* Is there anything in tmp/ for cache__end() to delete? */
static atomic_bool discarded;

/* The XDG specification says to ignore a path that is not absolute. */
static char *cache_root(void)
{
	const char *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	struct passwd buf, *pw = NULL;
	char strings[4096];

	if (xdg && *xdg == '/')
		return xasprintf("%s/kduel", xdg);
	if (!home || *home != '/') {
		(void)getpwuid_r(getuid(), &buf, strings, sizeof(strings), &pw);
		home = pw ? pw->pw_dir : "/nonexistent";
	}
	return xasprintf("%s/.cache/kduel", home);
}

char *cache__path(const char *fmt, ...)
{
	_free_ char *root = cache_root();
	_free_ char *name = NULL;
	char *path, *slash;
	va_list ap;

	va_start(ap, fmt);
	name = xvasprintf(fmt, ap);
	va_end(ap);
	path = xasprintf("%s/%s", root, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	/* If this fails, so does the first use of the path, with a better message. */
	(void)fs__mkdir_p(path);
	*slash = '/';
	return path;
}

/* Lock files are never removed: if one were unlinked while another process waits for it, the two
 * would not exclude each other. */
int cache__lock(const char *name, struct err *err)
{
	_free_ char *path = cache__path("%s.lock", name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		return err__set(err, -errno, "cannot lock the cache (%s): %s", path,
				strerror(errno));
	while (flock(fd, LOCK_EX) < 0) {
		int ret = -errno;

		if (ret == -EINTR)
			continue;
		close(fd);
		return err__set(err, ret, "cannot lock the cache (%s): %s", path, strerror(-ret));
	}
	return fd;
}

/* Do this without the lock on "tmp": deleting the trees of a killed build can take minutes, and nobody
 * should have to wait for that. */
static void sweep(void)
{
	_free_ char *dir = cache__path("tmp");

	(void)tmpdir__sweep(dir, "", NULL);
}

/* Lock the file of a claim, then check that the path still names the same file, as its owner removes
 * it before unlocking. Returns a descriptor; -EWOULDBLOCK: somebody else has it; -ESTALE: try again; or
 * another -errno. */
static int lock_claim(const char *path, int flags)
{
	int fd = open(path, flags | O_RDWR | O_CLOEXEC, 0644), ret = 0;
	struct stat ours, theirs;

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &ours) < 0)
		ret = -errno;
	else if (stat(path, &theirs) < 0 || theirs.st_ino != ours.st_ino ||
		 theirs.st_dev != ours.st_dev)
		ret = -ESTALE;
	if (ret)
		close(fd);
	return ret ? ret : fd;
}

/* Remove the files of claims whose process has died. */
static void sweep_claims(const char *dir)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };

	(void)fs__names(dir, &names);
	for (size_t i = 0; i < names.n; i++) {
		const char *dot = strrchr(names.v[i], '.');
		_free_ char *path = xasprintf("%s/%s", dir, names.v[i]);
		int fd = -1;

		if (dot && streq(dot, CLAIM_END) && str_starts(names.v[i], CLAIM))
			fd = lock_claim(path, 0);
		if (fd >= 0) {
			unlink(path);
			close(fd);
		}
	}
}

void cache__sweep(void)
{
	_free_ char *root = cache_root();
	int lock;

	sweep();
	lock = cache__lock("tmp", NULL);
	if (lock < 0)
		return;
	sweep_claims(root);
	close(lock);
}

int cache__claim(const char *name, struct cache_claim *claim)
{
	/* Exclude sweep_claims(), which briefly takes free claims. */
	_close_ int lock __unused = cache__lock("tmp", NULL);
	int ret;

	*claim = (struct cache_claim){ .path = cache__path(CLAIM "%s" CLAIM_END, name), .fd = -1 };
	do
		ret = lock_claim(claim->path, O_CREAT);
	while (ret == -ESTALE);
	if (ret < 0)
		return ret;
	claim->fd = ret;
	return 0;
}

void cache__release(struct cache_claim *claim)
{
	if (claim->fd >= 0) {
		unlink(claim->path); /* while it is still locked */
		close(claim->fd);
	}
	free(claim->path);
	*claim = (struct cache_claim){ .fd = -1 };
}

static int make_tmp(struct tmpdir *tmp, const char *prefix, struct err *err)
{
	_free_ char *dir = cache__path("tmp");
	int ret = fs__mkdir_p(dir);

	*tmp = (struct tmpdir){ .fd = -1 };
	return ret < 0 ? err__errno(err, ret, dir) : tmpdir__make(tmp, dir, prefix, err);
}

/* The directory keeps mode 0700: a guest's tree may have set-user-ID programs. */
int cache__tmpdir(struct tmpdir *tmp, struct err *err)
{
	sweep();
	return make_tmp(tmp, "build.", err);
}

void cache__end(void)
{
	if (discarded)
		cache__sweep();
}

int cache__discard(const char *path, struct err *err)
{
	struct tmpdir gone;
	_free_ char *to = NULL;
	int ret = make_tmp(&gone, "gone.", err);

	if (ret < 0)
		return ret;
	to = xasprintf("%s/old", gone.path);
	if (rename(path, to) == 0) {
		/* Unlock the directory, so that the next sweep deletes it. */
		discarded = true;
		base__close_fd(&gone.fd);
		free(gone.path);
		return 0;
	}
	ret = errno == ENOENT ? 0 : -errno;
	tmpdir__remove(&gone);
	return ret ? err__errno(err, ret, path) : 0;
}

/* Format the digest as sha256sum(1) does. */
static void hex_of(struct sha256_ctx *ctx, char hex[65])
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(ctx, sizeof(digest), digest);
	units__put_hex(digest, sizeof(digest), hex);
}

int cache__sha256_file(const char *path, char hex[65])
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	_free_ uint8_t *buf = xcalloc(1, 1 << 16);
	struct sha256_ctx ctx;
	ssize_t n;

	if (fd < 0)
		return -errno;
	sha256_init(&ctx);
	while ((n = read(fd, buf, 1 << 16)) != 0) {
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			sha256_update(&ctx, (size_t)n, buf);
	}
	hex_of(&ctx, hex);
	return 0;
}

int cache__sha256_entry(const char *path, const struct stat *st, char hex[65])
{
	char target[PATH_MAX];
	ssize_t n;

	if (!S_ISLNK(st->st_mode))
		return cache__sha256_file(path, hex);
	n = readlink(path, target, sizeof(target));
	if (n < 0)
		return -errno;
	cache__sha256(target, (size_t)n, hex);
	return 0;
}

void cache__sha256(const void *data, size_t len, char hex[65])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, len, data);
	hex_of(&ctx, hex);
}
