// SPDX-License-Identifier: GPL-2.0-only
/* tmpdir.c - temporary directories, and the locks that show which are in use. */
#include "lib/tmpdir.h"

#include "lib/fs.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define ATTEMPTS 100

/* O_NOFOLLOW: /tmp is shared, and another user may have planted a link. */
int tmpdir__hold(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), why;

	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0)
		return fd < 0 ? -errno : fd;
	why = -errno;
	close(fd);
	return why;
}

/* Does the path still name the directory that was locked? */
static bool is_same(int fd, const char *path)
{
	struct stat ours, theirs;

	return !fstat(fd, &ours) && !lstat(path, &theirs) && ours.st_ino == theirs.st_ino &&
	       ours.st_dev == theirs.st_dev;
}

/* A concurrent sweep may remove the directory before it is locked: then make another. */
int tmpdir__make(struct tmpdir *dir, const char *parent, const char *prefix, struct err *err)
{
	int ret = -EAGAIN;

	*dir = (struct tmpdir){ .fd = -1 };
	for (int i = 0; i < ATTEMPTS; i++) {
		char *path = xasprintf("%s/%sXXXXXX", parent, prefix);

		ret = mkdtemp(path) ? tmpdir__hold(path) : -errno;
		if (ret >= 0 && is_same(ret, path)) {
			*dir = (struct tmpdir){ path, ret };
			return 0;
		}
		if (ret >= 0)
			close(ret);
		(void)rmdir(path);
		free(path);
		if (ret < 0 && ret != -EWOULDBLOCK && ret != -ENOENT)
			break;
	}
	ret = ret < 0 ? ret : -EAGAIN;
	return err__set(err, ret, "cannot make a directory below %s: %s", parent, strerror(-ret));
}

/* Remove before unlocking, so that no sweep gets in between. */
void tmpdir__remove(struct tmpdir *dir)
{
	if (!dir->path)
		return;
	(void)fs__rm_rf(dir->path);
	close(dir->fd);
	free(dir->path);
	*dir = (struct tmpdir){ .fd = -1 };
}

int tmpdir__sweep(const char *parent, const char *prefix, bool (*skip)(const char *name))
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	struct stat st;
	int n = 0;

	(void)fs__names(parent, &names);
	for (size_t i = 0; i < names.n; i++) {
		_free_ char *path = NULL;
		_close_ int fd = -1;

		if (!str_starts(names.v[i], prefix) || (skip && skip(names.v[i])))
			continue;
		path = xasprintf("%s/%s", parent, names.v[i]);
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		/* It may belong to another user. */
		if (fd < 0 || fstat(fd, &st) || st.st_uid != geteuid())
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_same(fd, path))
			n += fs__rm_rf(path) == 0;
	}
	return n;
}
