// SPDX-License-Identifier: GPL-2.0-only
/*
 * port.c - find a virtio-serial port by its name in sysfs and wait until the host has connected.
 */
#include "runner/agent/port.h"

#include "lib/clock.h"
#include "lib/fs.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#define PORTS "/sys/class/virtio-ports"

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 5 * 1000 * 1000 }, NULL);
}

/* Does the port /dev/ENTRY have this name? QEMU sets it (virtserialport,name=...). */
static bool has_name(const char *entry, const char *name)
{
	_free_ char *path = xasprintf(PORTS "/%s/name", entry);
	_free_ char *text = NULL;

	if (fs__read(path, 4096, &text, NULL))
		return false;
	text[strcspn(text, "\n")] = '\0';
	return streq(text, name);
}

/* The device file of the port; NULL if there is none (yet). The caller frees. There is no
 * /dev/virtio-ports, as there is no udev. */
static char *find_port(const char *name)
{
	_cleanup_(strvec__release) struct strvec ports = { 0 };

	(void)fs__names(PORTS, &ports);
	for (size_t i = 0; i < ports.n; i++)
		if (has_name(ports.v[i], name))
			return xasprintf("/dev/%s", ports.v[i]);
	return NULL;
}

/* Retry until `end` (clock__ns()), as the driver may probe the device after we have started. */
static int open_port(const char *name, uint64_t end, struct err *err)
{
	for (;;) {
		_free_ char *path = find_port(name);
		int fd = path ? open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC) : -1;

		if (fd >= 0)
			return fd;
		if (clock__ns() < end)
			nap();
		else if (path)
			return err__set(err, -errno, "cannot open %s: %s", path, strerror(errno));
		else
			return err__set(err, -ENODEV, "there is no virtio-serial port called '%s'",
					name);
	}
}

int port__open(const char *name, unsigned int timeout_ms, struct err *err)
{
	uint64_t end = clock__ns() + timeout_ms * NSEC_PER_MSEC;
	struct pollfd p = { .fd = open_port(name, end, err), .events = POLLOUT };

	if (p.fd < 0)
		return p.fd;
	/* While the host is not connected, the driver reports POLLHUP. */
	while (poll(&p, 1, 0) >= 0 && (p.revents & POLLHUP)) {
		if (clock__ns() >= end) {
			close(p.fd);
			return err__set(err, -ENOTCONN, "nobody is connected to port '%s'", name);
		}
		nap();
	}
	return p.fd;
}
