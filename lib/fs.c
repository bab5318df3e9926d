// SPDX-License-Identifier: GPL-2.0-only
/* fs.c - files and directories. Everything retries on EINTR and returns -errno. */
#include "lib/fs.h"

#include <dirent.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <glob.h>
#include <limits.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Files in /proc and /sys report a size of 0, so read until the end of file. */
static int slurp(int fd, size_t max, char **out, size_t *len)
{
	size_t n = 0, cap = 4096;
	char *buf = xcalloc(1, cap + 1);

	for (;;) {
		ssize_t r;

		if (n == cap) {
			cap *= 2;
			buf = xrealloc(buf, cap + 1, 1);
		}
		r = read(fd, buf + n, cap - n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0 || (size_t)r > max - n) {
			int ret = r < 0 ? -errno : -EFBIG;

			free(buf);
			return ret;
		}
		if (!r)
			break;
		n += (size_t)r;
	}
	buf[n] = '\0';
	*out = buf;
	if (len)
		*len = n;
	return 0;
}

int fs__read_at(int dirfd, const char *path, size_t max, char **out, size_t *len)
{
	_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return slurp(fd, max, out, len);
}

int fs__read(const char *path, size_t max, char **out, size_t *len)
{
	return fs__read_at(AT_FDCWD, path, max, out, len);
}

/* write(2) may write less than asked, to pipes and sockets for example. */
static int write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t w = write(fd, p, len);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -errno;
		p += w;
		len -= (size_t)w;
	}
	return 0;
}

/* Sync the directory that contains `path`, so that its directory entry is on disk. */
static int sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	_free_ char *dir = !slash ? xstrdup(".") : xstrndup(path, (size_t)(slash - path) + 1);
	_close_ int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* Some file systems do not support fsync(2) on directories. */
static int rename_synced(const char *from, const char *to)
{
	int ret = rename(from, to) < 0 ? -errno : sync_parent(to);

	return ret == -EINVAL ? 0 : ret;
}

FTS *fs__walk(const char *path)
{
	/* fts_open() does not declare it const, but does not modify it. */
	char *const roots[] = { (char *)path, NULL };

	return fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
}

/* As dpkg does: start writeback of all files before waiting for any, so that one journal commit
 * serves them all. */
static int sync_pass(const char *path, bool wait)
{
	FTS *fts = fs__walk(path);
	FTSENT *ent;
	int ret = 0;

	if (!fts)
		return -errno;
	while (!ret && (errno = 0, ent = fts_read(fts))) {
		_close_ int fd = -1;

		if (ent->fts_info != FTS_F && (ent->fts_info != FTS_DP || !wait))
			continue;
		fd = open(ent->fts_path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 || (wait && fsync(fd) < 0 && errno != EINVAL))
			ret = -errno;
		else if (!wait)
			sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	}
	if (!ret)
		ret = -errno;
	fts_close(fts);
	return ret;
}

int fs__sync(const char *path)
{
	int ret = sync_pass(path, false);

	return ret ? ret : sync_pass(path, true);
}

int fs__publish(const char *from, const char *to)
{
	int ret = fs__sync(from);

	if (!ret)
		ret = rename_synced(from, to);
	/* A caller that sees an error may retry and must find `to` free. */
	if (ret && !fs__exists(from))
		(void)rename(to, from);
	return ret;
}

/* An unnamed file in the directory of `path`: it vanishes with the writer, however that ends. Where
 * O_TMPFILE is not supported, a file named `tmp` from mkostemp(3), and *named is set. */
static int open_unnamed(const char *path, char *tmp, bool *named)
{
	const char *slash = strrchr(path, '/');
	_free_ char *dir = slash ? xasprintf("%.*s/", (int)(slash - path), path) : xstrdup(".");
	int fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

	*named = fd < 0;
	return fd < 0 ? mkostemp(tmp, O_CLOEXEC) : fd;
}

/* linkat(2) cannot replace a file, so link to a temporary name that rename(2) then moves over the
 * target. */
static int give_name(int fd, char *tmp)
{
	_free_ char *link = xasprintf("/proc/self/fd/%d", fd);
	char *end = tmp + strlen(tmp) - 6;
	uint32_t r;
	int ret;

	do {
		if (getrandom(&r, sizeof(r), 0) != (ssize_t)sizeof(r))
			return -EIO;
		snprintf(end, 7, "%06x", r & 0xffffff);
		ret = linkat(AT_FDCWD, link, AT_FDCWD, tmp, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
	} while (ret == -EEXIST);
	return ret;
}

/* Write to a new file and rename it: a reader sees either the old text or the new one, even after a
 * crash. */
int fs__write_atomic(const char *path, const void *data, size_t len)
{
	_free_ char *tmp = xasprintf("%s.XXXXXX", path);
	bool named;
	int fd = open_unnamed(path, tmp, &named);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write_all(fd, data, len);
	if (!ret && (fchmod(fd, 0644) < 0 || fsync(fd) < 0))
		ret = -errno;
	if (!ret && !named) {
		ret = give_name(fd, tmp);
		named = !ret;
	}
	close(fd);
	if (!ret)
		ret = rename_synced(tmp, path);
	if (ret && named)
		unlink(tmp);
	return ret;
}

char *fs__beside(const char *file, const char *path)
{
	const char *slash = strrchr(file, '/'), *home = getenv("HOME");

	if (str_starts(path, "~/") && home && *home == '/')
		return xasprintf("%s/%s", home, path + 2);
	if (*path == '/' || !slash)
		return xstrdup(path);
	return xasprintf("%.*s/%s", (int)(slash - file), file, path);
}

char *fs__absolute(const char *path)
{
	_free_ char *cwd = *path == '/' ? NULL : getcwd(NULL, 0);

	return cwd ? xasprintf("%s/%s", cwd, path) : xstrdup(path);
}

int fs__write_text(const char *path, const char *text, struct err *err)
{
	int ret = fs__write_atomic(path, text, strlen(text));

	return ret ? err__errno(err, ret, path) : 0;
}

/* A rename would replace a pipe, a device such as /dev/stdout or a symbolic link with a regular
 * file. */
bool fs__is_replaceable(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 || S_ISREG(st.st_mode);
}

int fs__write_output(const char *path, const void *data, size_t len)
{
	int fd, ret;

	if (fs__is_replaceable(path))
		return fs__write_atomic(path, data, len);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	ret = write_all(fd, data, len);
	/* NFS and others report a full disk only at close. */
	return close(fd) < 0 && !ret ? -errno : ret;
}

bool fs__unwritten(const struct stat *before, const struct stat *after)
{
	return before->st_size == after->st_size &&
	       before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
	       before->st_mtim.tv_nsec == after->st_mtim.tv_nsec;
}

/* Share the blocks where the file system can (FICLONE), else copy inside the kernel with
 * sendfile(2). */
off_t fs__copy_data(int in, int out, off_t size)
{
	ssize_t n = 1;

	if (ioctl(out, FICLONE, in) == 0)
		return 0;
	for (; size > 0 && n > 0; size -= n)
		n = sendfile(out, in, NULL, size < 1 << 20 ? (size_t)size : 1 << 20);
	return n < 0 ? -errno : size;
}

/* O_NONBLOCK: if the path is a FIFO, open() must not hang before fstat() tells. */
int fs__copy(const char *from, const char *to, mode_t mode, struct err *err)
{
	_close_ int in = open(from, O_RDONLY | O_NONBLOCK | O_CLOEXEC), out = -1;
	struct stat st, after;
	off_t lacking;

	if (in < 0 || fstat(in, &st) < 0)
		return err__errno(err, -errno, from);
	if (!S_ISREG(st.st_mode))
		return err__set(err, -EINVAL, "%s: it is not a regular file", from);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (out < 0)
		return err__errno(err, -errno, to);
	lacking = fs__copy_data(in, out, st.st_size);
	if (lacking >= 0 && fstat(in, &after) < 0)
		lacking = -errno;
	if (lacking < 0)
		return err__set(err, (int)lacking, "%s: cannot be copied to %s: %s", from, to,
				strerror((int)-lacking));
	if (lacking || !fs__unwritten(&st, &after))
		return err__set(err, -EBUSY, "%s: somebody wrote to it while it was copied", from);
	return 0;
}

/* The file exists, as in /proc and /sys: no O_CREAT, no O_TRUNC. */
int fs__poke(const char *path, const char *text)
{
	_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write_all(fd, text, strlen(text));
}

/* mkdir() that accepts an existing directory. */
static int make_dir(const char *path)
{
	struct stat st;

	if (mkdir(path, 0755) == 0)
		return 0;
	if (errno != EEXIST)
		return -errno;
	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode) ? -ENOTDIR : 0;
}

int fs__mkdir_p(const char *path)
{
	_free_ char *p = xstrdup(path);
	int ret;

	for (char *s = p + 1; *p && *s; s++) {
		if (*s != '/')
			continue;
		*s = '\0';
		ret = make_dir(p);
		if (ret)
			return ret;
		*s = '/';
	}
	return make_dir(p);
}

/* Callback of nftw(). remove(3) handles files and empty directories alike. */
static int rm_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* FTW_DEPTH: a directory after its entries; FTW_PHYS: links are removed, not followed. */
int fs__rm_rf(const char *path)
{
	struct stat st;

	/* nftw() cannot be asked to ignore a missing root. */
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	return nftw(path, rm_one, 32, FTW_DEPTH | FTW_PHYS) ? -errno : 0;
}

/* A fallback for openat2(RESOLVE_IN_ROOT), which kernels before 5.6 and valgrind lack. Resolves
 * component by component; the target of each symbolic link is put in front of the rest. Unlike
 * openat2(), not safe against concurrent changes of the tree. A descriptor, or -1 with errno. */
static int walk_in_root(int top, const char *path)
{
	_free_ char *left = xstrdup(path);
	char done[PATH_MAX] = ""; /* resolved so far: no links, relative to the root */
	char target[PATH_MAX];
	const char *at = left;
	unsigned int links = 0;

	while (*(at += strspn(at, "/"))) {
		const size_t len = strcspn(at, "/"), had = strlen(done);
		char *next;
		ssize_t n;

		if (len == 2 && str_starts(at, "..")) {
			char *slash = strrchr(done, '/');

			*(slash ? slash : done) = '\0';
		}
		if (len <= 2 && !strncmp(at, "..", len)) {
			at += len;
			continue;
		}
		if (had + len + 2 > sizeof(done)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		snprintf(done + had, sizeof(done) - had, "%s%.*s", had ? "/" : "", (int)len, at);
		at += len;
		n = readlinkat(top, done, target, sizeof(target));
		if (n < 0 && errno == EINVAL) /* not a link */
			continue;
		if (n < 0)
			return -1;
		if (n == sizeof(target) || ++links > 40) {
			errno = ELOOP;
			return -1;
		}
		next = xasprintf("%.*s/%s", (int)n, target, at);
		free(left);
		at = left = next;
		done[*target == '/' ? 0 : had] = '\0';
	}
	return openat(top, *done ? done : ".", O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

/* openat2(2) follows links as a system with that root would; the resulting path is read from
 * /proc/self/fd. */
char *fs__in_tree(const char *root, const char *path, bool follow)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
	_free_ char *dir = follow ? xstrdup(path) : xstrndup(path, (size_t)(last - path));
	_free_ char *link = NULL;
	char real[PATH_MAX];
	_close_ int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;
	ssize_t n;

	if (!follow && (!*last || streq(last, ".") || streq(last, ".."))) {
		errno = EINVAL;
		return NULL;
	}
	if (top < 0)
		return NULL;
	do /* EAGAIN: raced with a rename; retry */
		fd = (int)syscall(SYS_openat2, top, *dir ? dir : ".", &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN);
	if (fd < 0 && errno == ENOSYS)
		fd = walk_in_root(top, dir);
	if (fd < 0)
		return NULL;
	link = xasprintf("/proc/self/fd/%d", fd);
	n = readlink(link, real, sizeof(real));
	if (n < 0 || n == sizeof(real)) {
		errno = n < 0 ? errno : ENAMETOOLONG;
		return NULL;
	}
	return xasprintf("%.*s%s%s", (int)n, real, follow ? "" : "/", follow ? "" : last);
}

int fs__names(const char *dir, struct strvec *names)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int ret;

	if (!d)
		return -errno;
	for (errno = 0; (e = readdir(d)); errno = 0)
		if (*e->d_name != '.')
			strvec__push(names, e->d_name);
	ret = -errno;
	closedir(d);
	strvec__sort_unique(names);
	return ret;
}

/* glob(3) may follow links out of the tree, so each match is resolved again inside it. */
void fs__glob_in_tree(const char *root, const char *pattern, struct strvec *out)
{
	_free_ char *full = xasprintf("%s/%s", root, pattern);
	glob_t g;

	if (!glob(full, 0, NULL, &g)) {
		for (size_t i = 0; i < g.gl_pathc; i++) {
			_free_ char *path = fs__in_tree(root, g.gl_pathv[i] + strlen(root) + 1,
							true);

			if (path)
				strvec__push(out, path);
		}
	}
	globfree(&g);
}

char *fs__boot_id(const char *root)
{
	_free_ char *path = xasprintf("%s/proc/sys/kernel/random/boot_id", root);
	char *text = NULL;

	if (fs__read(path, 256, &text, NULL) || !text)
		return xstrdup("");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

bool fs__exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool fs__is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* f_bavail is what unprivileged users may still use. UINT64_MAX if unknown, so that no caller
 * refuses to go on. */
uint64_t fs__free_bytes(const char *path)
{
	struct statvfs s;

	if (statvfs(path, &s) < 0)
		return UINT64_MAX;
	return (uint64_t)s.f_bavail * s.f_frsize;
}

/* For root, access(X_OK) also succeeds on directories. */
static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static char *find_in(const char *dirs, const char *name)
{
	_free_ char *list = xstrdup(dirs);
	char *save = NULL;

	for (char *d = strtok_r(list, ":", &save); d; d = strtok_r(NULL, ":", &save)) {
		char *p = xasprintf("%s/%s", d, name);

		if (is_program(p))
			return p;
		free(p);
	}
	return NULL;
}

/* The PATH of ordinary users lacks the sbin directories, where mke2fs and others live. */
char *fs__find_program(const char *name)
{
	const char *path = getenv("PATH");
	char *p;

	if (strchr(name, '/'))
		return is_program(name) ? xstrdup(name) : NULL;
	p = path ? find_in(path, name) : NULL;
	return p ? p : find_in("/usr/local/sbin:/usr/sbin:/sbin", name);
}

bool fs__is_short(FILE *f)
{
	struct pollfd end = { .fd = fileno(f) };
	int why;

	errno = 0;
	if (!fflush(f) && !ferror(f))
		return false;
	why = errno;
	if (why == EPIPE || (end.fd >= 0 && poll(&end, 1, 0) > 0 && (end.revents & POLLERR)))
		return false;
	errno = why;
	return true;
}
