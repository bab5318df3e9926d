// SPDX-License-Identifier: GPL-2.0-only
/* tmpfs.c - mounts in a private namespace, and file contents with a predictable checksum. */
#include "workloads/support/tmpfs.h"

#include "workloads/support/memory.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

int tmpfs__supported(struct job *job)
{
	return geteuid() ? job__fail(job, -EOPNOTSUPP, "%s mounts a tmpfs: it needs to be root",
				     job->source) :
			   0;
}

int tmpfs__mount(struct job *job, uint64_t bytes, const char *what)
{
	int ret = memory__need(job, bytes, what, job__text(job, what));

	if (ret)
		return ret;
	if (unshare(CLONE_NEWNS) < 0)
		return job__fail(job, -errno, "a mount namespace of our own: %s", strerror(errno));
	/* EINVAL: we are in a chroot whose root is not a mount point. tmpfs__umount() unmounts in
	 * any case. */
	if ((mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 && errno != EINVAL) ||
	    mount("kduel", job->dir, "tmpfs", MS_NOSUID | MS_NODEV, "size=100%,nr_inodes=0") < 0)
		return job__fail(job, -errno, "cannot mount a tmpfs on %s: %s", job->dir,
				 strerror(errno));
	return 0;
}

void tmpfs__umount(struct job *job)
{
	umount2(job->dir, MNT_DETACH);
}

void tmpfs__path(const struct job *job, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", job->dir, name);
}

uint64_t tmpfs__word(uint64_t offset)
{
	/* An odd factor times an even offset, plus 1, is odd and so never 0. */
	return offset * 0x9e3779b97f4a7c15u + 1;
}

/* Write a whole block, even if a signal or the file system causes short writes. */
static int write_block(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		buf += n;
		len -= (size_t)n;
	}
	return 0;
}

int tmpfs__fill(struct job *job, const char *name, uint64_t size, char *buf, size_t block,
		size_t stride)
{
	char path[sizeof(job->dir) + 32];
	_close_ int fd = -1;
	int ret = 0;

	tmpfs__path(job, name, path, sizeof(path));
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return job__fail(job, -errno, "cannot make %s: %s", path, strerror(errno));
	for (uint64_t at = 0; at < size && !ret; at += block) {
		for (size_t k = 0; k < block; k += stride) {
			uint64_t word = tmpfs__word(at + k);

			memcpy(buf + k, &word, sizeof(word));
		}
		ret = write_block(fd, buf, block);
	}
	return ret ? job__fail(job, ret, "writing %s: %s", path, strerror(-ret)) : 0;
}

int tmpfs__check_block(struct job *job, uint64_t size, uint64_t block, uint64_t unit)
{
	if (block % unit)
		return job__fail(job, -EINVAL, "block (%llu bytes) must be a multiple of %llu",
				 (unsigned long long)block, (unsigned long long)unit);
	if (size % block)
		return job__fail(job, -EINVAL,
				 "size (%llu bytes) must be a multiple of block (%llu)",
				 (unsigned long long)size, (unsigned long long)block);
	return 0;
}
