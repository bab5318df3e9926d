// SPDX-License-Identifier: GPL-2.0-only
/* rundir.c - run directories. flock(2) says whose they are: also to a kduel in another container,
 * where a process id means nothing. */
#include "runner/host/rundir.h"

#include "lib/fs.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "kduel-run-"
#define ATTEMPTS 100

/* Where run directories are made. */
static const char *parent(void)
{
	const char *dir = getenv("TMPDIR");

	/* Guests write hundreds of megabytes: /tmp and XDG_RUNTIME_DIR may be in memory. */
	if (dir && *dir)
		return dir;
	return access("/var/tmp", W_OK | X_OK) ? "/tmp" : "/var/tmp";
}

/* O_NOFOLLOW: /tmp is shared, and another user may have put a link there. */
int rundir__hold(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), why;

	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0)
		return fd < 0 ? -errno : fd;
	why = -errno;
	close(fd);
	return why;
}

/* Does the path still name what was locked? */
static bool is_same(int fd, const char *path)
{
	struct stat ours, theirs;

	return !fstat(fd, &ours) && !lstat(path, &theirs) && ours.st_ino == theirs.st_ino &&
	       ours.st_dev == theirs.st_dev;
}

/* A sweep of another kduel may take a directory for abandoned before it is locked: make another. */
int rundir__make(struct rundir *dir, struct err *err)
{
	int ret = -EAGAIN;

	*dir = (struct rundir){ .fd = -1 };
	for (int i = 0; i < ATTEMPTS; i++) {
		char *path = xasprintf("%s/" PREFIX "%d-XXXXXX", parent(), getpid());

		ret = mkdtemp(path) ? rundir__hold(path) : -errno;
		if (ret >= 0 && is_same(ret, path)) {
			*dir = (struct rundir){ path, ret };
			return 0;
		}
		if (ret >= 0)
			close(ret);
		free(path);
		if (ret < 0 && ret != -EWOULDBLOCK && ret != -ENOENT)
			break;
	}
	ret = ret < 0 ? ret : -EAGAIN;
	return err__set(err, ret, "cannot make a directory below %s: %s", parent(), strerror(-ret));
}

/* Removed before it is unlocked: no sweep gets in between. */
void rundir__remove(struct rundir *dir)
{
	if (!dir->path)
		return;
	(void)fs__rm_rf(dir->path);
	close(dir->fd);
	free(dir->path);
	*dir = (struct rundir){ .fd = -1 };
}

/* A kduel from before directories were locked holds none, but its pid is in the name of each. That
 * does not work for one of another PID namespace. */
static bool is_of_older_kduel(const char *name)
{
	_free_ char *path = NULL, *comm = NULL;
	char *end;
	long pid = strtol(name + strlen(PREFIX), &end, 10);

	if (pid <= 0 || pid == getpid() || *end != '-')
		return false;
	path = xasprintf("/proc/%ld/comm", pid);
	return !fs__read(path, 64, &comm, NULL) && streq(comm, "kduel\n");
}

int rundir__sweep(void)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	struct stat st;
	int n = 0;

	(void)fs__names(parent(), &names);
	for (size_t i = 0; i < names.n; i++) {
		_free_ char *path = NULL;
		_close_ int fd = -1;

		if (!str_starts(names.v[i], PREFIX) || is_of_older_kduel(names.v[i]))
			continue;
		path = xasprintf("%s/%s", parent(), names.v[i]);
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		/* Another user may have made it. */
		if (fd < 0 || fstat(fd, &st) || st.st_uid != geteuid())
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_same(fd, path))
			n += fs__rm_rf(path) == 0;
	}
	return n;
}
