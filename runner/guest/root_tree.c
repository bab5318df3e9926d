// SPDX-License-Identifier: GPL-2.0-only
/* root_tree.c - makes the guest's root directory: unpacks packages, and adds what their scripts
 * would add. */
#include "runner/guest/root_tree.h"

#include "lib/fs.h"
#include "runner/packages/fetch.h"

#include <fcntl.h>
#include <fts.h>
#include <sys/stat.h>
#include <unistd.h>

/* Block size of the file system (see make_ext4()), in bytes. */
#define BLOCK 4096u

struct link {
	const char *path, *target;
};

struct text_file {
	const char *path, *text;
};

/* Packages from before and after the /usr merge must install to the same directories. */
static const struct link merged[] = {
	{ "bin", "usr/bin" },
	{ "sbin", "usr/sbin" },
	{ "lib", "usr/lib" },
	{ "lib64", "usr/lib64" },
};

static const char *const dirs[] = {
	"usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "etc",	  "dev",     "proc",	"sys",
	"run",	   "mnt",      "tmp",	  "root",      "var/tmp", "var/lib", "var/log",
};

/* Links that maintainer scripts create (update-alternatives), each only if `from` exists. */
static const struct {
	const char *path, *target, *from;
} script_links[] = {
	{ "var/run", "/run", "run" },
	{ "var/lock", "/run/lock", "run" },
	{ "usr/bin/sh", "dash", "usr/bin/dash" },
	{ "usr/bin/sh", "bash", "usr/bin/bash" },
	{ "usr/bin/awk", "mawk", "usr/bin/mawk" },
	{ "usr/bin/awk", "gawk", "usr/bin/gawk" },
};

/* Accounts that workloads need, and files of the C library. They do not replace files of
 * packages. */
static const struct text_file files[] = {
	{ "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"
			"nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
			"memcache:x:64000:64000:memcached:/nonexistent:/bin/false\n"
			"postgres:x:64001:64001:PostgreSQL:/var/lib/postgresql:/bin/sh\n" },
	{ "etc/group", "root:x:0:\ntty:x:5:\ndisk:x:6:\nnogroup:x:65534:\nmemcache:x:64000:\n"
		       "postgres:x:64001:\n" },
	{ "etc/hosts", "127.0.0.1 localhost\n::1 localhost\n127.0.0.1 kduel\n" },
	{ "etc/hostname", "kduel\n" },
	{ "etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n"
			       "services: files\nprotocols: files\n" },
};

/* Documentation, which no workload reads. */
static const char *const unused[] = {
	"usr/share/doc",  "usr/share/man",     "usr/share/locale",
	"usr/share/info", "usr/share/lintian", "usr/share/bug",
};

/* Create the directories that exist without any package, and the links of a merged /usr. */
static int make_dirs(const char *root, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		_free_ char *path = xasprintf("%s/%s", root, dirs[i]);
		int ret = fs__mkdir_p(path);

		if (ret)
			return err__errno(err, ret, path);
	}
	for (size_t i = 0; i < ARRAY_SIZE(merged); i++) {
		_free_ char *path = xasprintf("%s/%s", root, merged[i].path);

		if (symlink(merged[i].target, path) < 0)
			return err__errno(err, -errno, path);
	}
	return 0;
}

/* lstat(): the target of a symlink in the guest may not exist on the host. */
static bool present(const char *path)
{
	struct stat st;

	return path && lstat(path, &st) == 0;
}

/* O_NOFOLLOW: a package may have replaced the directory by a symlink. */
static int make_sticky(const char *path)
{
	_close_ int fd = path ? open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;

	return fd < 0 || fchmod(fd, 01777) < 0 ? -errno : 0;
}

/* Add what maintainer scripts would have added, and remove documentation. Packages may have
 * installed symlinks anywhere, so every path is resolved inside the tree. */
static int finish_tree(const char *dir, struct err *err)
{
	static const char *const sticky[] = { "tmp", "var/tmp" };
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(unused); i++) {
		_free_ char *path = fs__in_tree(dir, unused[i], false);

		ret = path ? fs__rm_rf(path) : errno == ENOENT ? 0 : -errno;
		if (ret)
			err__errno(err, ret, unused[i]);
	}
	for (size_t i = 0; !ret && i < ARRAY_SIZE(files); i++) {
		_free_ char *path = fs__in_tree(dir, files[i].path, false);

		if (!path)
			ret = err__errno(err, -errno, files[i].path);
		else if (!present(path))
			ret = fs__write_text(path, files[i].text, err);
	}
	for (size_t i = 0; !ret && i < ARRAY_SIZE(script_links); i++) {
		_free_ char *path = fs__in_tree(dir, script_links[i].path, false);
		_free_ char *from = fs__in_tree(dir, script_links[i].from, false);

		if (path && present(from) && !present(path) &&
		    symlink(script_links[i].target, path) < 0)
			ret = err__errno(err, -errno, path);
	}
	for (size_t i = 0; !ret && i < ARRAY_SIZE(sticky); i++) {
		_free_ char *path = fs__in_tree(dir, sticky[i], false);

		ret = make_sticky(path);
		if (ret)
			err__errno(err, ret, sticky[i]);
	}
	return ret;
}

/* Maintainer scripts are not run: most need a running system, or a CPU of the guest's
 * architecture. */
int root_tree__build(const char *dir, const struct strvec *debs, struct err *err)
{
	int ret = make_dirs(dir, err);

	for (size_t i = 0; !ret && i < debs->n; i++)
		ret = apt__unpack(debs->v[i], dir, err);
	if (!ret)
		ret = finish_tree(dir, err);
	if (!ret && chmod(dir, 0755) < 0)
		ret = err__errno(err, -errno, dir);
	return ret;
}

/* File sizes are rounded up to blocks. Symlinks are stored in their inodes. */
int root_tree__measure(const char *dir, uint64_t *bytes, uint64_t *n_files)
{
	FTS *fts = fs__walk(dir);
	FTSENT *ent;

	if (!fts)
		return -errno;
	*bytes = *n_files = 0;
	while ((ent = fts_read(fts))) {
		/* A directory is visited before and after its entries: count it once. */
		if (ent->fts_info == FTS_DP)
			continue;
		++*n_files;
		if (ent->fts_info == FTS_D)
			*bytes += BLOCK;
		else if (ent->fts_info == FTS_F)
			*bytes += ((uint64_t)ent->fts_statp->st_size + BLOCK - 1) / BLOCK * BLOCK;
	}
	fts_close(fts);
	return 0;
}
