// SPDX-License-Identifier: GPL-2.0-only
/* use.c - locks on cache entries that are in use. */
#include "runner/host/use.h"

#include "lib/strvec.h"
#include "runner/host/cache.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

/* Entries that this process holds. Their descriptors stay open until it exits. */
static struct strvec held;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static char *file_of(const char *path)
{
	_free_ char *root = cache__path("%s", "");

	return cache__path("uses/%s", str_starts(path, root) ? path + strlen(root) : path);
}

/* Open and lock the file of an entry. Whoever removes the entry unlinks this file while holding the
 * lock, so check afterwards that the path still names the same file. Returns a descriptor or -errno. */
static int open_locked(const char *file, int how)
{
	for (;;) {
		struct stat ours, theirs;
		int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0644), ret = 0;

		if (fd < 0)
			return -errno;
		if (flock(fd, how) < 0 || fstat(fd, &ours) < 0)
			ret = -errno;
		else if (!stat(file, &theirs) && theirs.st_ino == ours.st_ino &&
			 theirs.st_dev == ours.st_dev)
			return fd;
		close(fd);
		if (ret && ret != -EINTR)
			return ret;
	}
}

void use__hold(const char *path)
{
	_free_ char *file = file_of(path);
	int fd;

	pthread_mutex_lock(&lock);
	if (!strvec__has(&held, path)) {
		fd = open_locked(file, LOCK_SH);
		if (fd >= 0) {
			(void)futimens(fd, NULL);
			strvec__push(&held, path);
		}
	}
	pthread_mutex_unlock(&lock);
}

time_t use__last(const char *path)
{
	_free_ char *file = file_of(path);
	struct stat st;

	return !stat(file, &st) || !lstat(path, &st) ? st.st_mtime : 0;
}

bool use__is_held(const char *path)
{
	_free_ char *file = file_of(path);
	_close_ int fd = open(file, O_RDWR | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

int use__take(const char *path)
{
	_free_ char *file = file_of(path);

	return open_locked(file, LOCK_EX | LOCK_NB);
}

void use__removed(const char *path, int fd)
{
	_free_ char *file = file_of(path);

	unlink(file);
	close(fd);
}
