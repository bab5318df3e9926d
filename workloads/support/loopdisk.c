// SPDX-License-Identifier: GPL-2.0-only
/* loopdisk.c - with LO_FLAGS_AUTOCLEAR the kernel detaches the device on its last close. */
#include "workloads/support/loopdisk.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CONTROL "/dev/loop-control"
#define TRIES 20 /* another process may take the free number between the two ioctls */

static int sparse_file(const char *path, uint64_t bytes, struct err *err)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600), ret = 0;

	if (fd < 0)
		return err__set(err, -errno, "%s: %s", path, strerror(errno));
	if (ftruncate(fd, (off_t)bytes) < 0)
		ret = err__set(err, -errno, "%s: %s", path, strerror(errno));
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

/* Bind a free loop device to the file. -EBUSY: another process was faster. */
static int bind_free(struct loopdisk *d, int control, int file)
{
	struct loop_config c = { .fd = (uint32_t)file, .info = { .lo_flags = LO_FLAGS_AUTOCLEAR } };
	int n = ioctl(control, LOOP_CTL_GET_FREE);

	if (n < 0)
		return -errno;
	snprintf(d->name, sizeof(d->name), "loop%d", n);
	snprintf(d->path, sizeof(d->path), "/dev/%s", d->name);
	d->fd = open(d->path, O_RDWR | O_CLOEXEC);
	if (d->fd < 0)
		return -errno;
	if (ioctl(d->fd, LOOP_CONFIGURE, &c) == 0)
		return 0;
	n = -errno;
	loopdisk__close(d);
	return n;
}

int loopdisk__open(struct loopdisk *d, const char *path, uint64_t bytes, struct err *err)
{
	_close_ int control = open(CONTROL, O_RDWR | O_CLOEXEC);
	_close_ int file = -1;
	int ret = -EBUSY;

	*d = (struct loopdisk){ .fd = -1 };
	if (control < 0)
		return err__set(err, -errno, CONTROL ": %s (is the module loop there?)",
				strerror(errno));
	file = sparse_file(path, bytes, err);
	if (file < 0)
		return file;
	for (int i = 0; i < TRIES && ret == -EBUSY; i++)
		ret = bind_free(d, control, file);
	return ret ? err__set(err, ret, "a loop device for %s: %s", path, strerror(-ret)) : 0;
}

void loopdisk__close(struct loopdisk *d)
{
	base__close_fd(&d->fd);
	d->fd = -1;
}
