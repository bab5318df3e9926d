// SPDX-License-Identifier: GPL-2.0-only
/* handover.c - load modules, mount the root, exec init: just enough for a root on a plain partition. */
#include "runner/agent/handover.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/strvec.h"
#include "runner/agent/cmdline.h"
#include "runner/agent/modules.h"
#include "runner/wire/handover.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOT_WAIT_NS (60 * NSEC_PER_SEC) /* controllers with many disks take long to probe */
#define POLL_NS (5 * (long)NSEC_PER_MSEC)
#define NEW_ROOT "/newroot"
#define MODULES "/modules"

bool handover__wanted(void)
{
	return fs__exists("/" HANDOVER_FILE);
}

/* Where the magic number and the UUID are, as byte offsets into the device. */
static const struct {
	off_t magic_at, uuid_at;
	const char *magic;
	size_t magic_len;
} superblocks[] = {
	{ 1024 + 0x38, 1024 + 0x68, "\x53\xef", 2 }, /* ext4 */
	{ 0, 32, "XFSB", 4 },
	{ 65536 + 0x40, 65536 + 0x20, "_BHRfS_M", 8 }, /* btrfs */
};

int handover__read_uuid(const char *path, char uuid[37])
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char u[16];
	char magic[8];
	size_t at = 0;

	if (fd < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(superblocks); i++) {
		const size_t n = superblocks[i].magic_len;

		if (pread(fd, magic, n, superblocks[i].magic_at) != (ssize_t)n ||
		    memcmp(magic, superblocks[i].magic, n) ||
		    pread(fd, u, sizeof(u), superblocks[i].uuid_at) != sizeof(u))
			continue;
		for (size_t b = 0; b < sizeof(u); b++)
			at += (size_t)snprintf(uuid + at, 37 - at, "%s%02x",
					       b == 4 || b == 6 || b == 8 || b == 10 ? "-" : "",
					       u[b]);
		return 0;
	}
	return -EUCLEAN;
}

bool handover__is_rw(const char *cmdline)
{
	bool rw = false;

	while (*(cmdline += strspn(cmdline, " \t\n"))) {
		const size_t n = strcspn(cmdline, " \t\n");

		if (n == 2 && !strncmp(cmdline, "rw", 2))
			rw = true;
		else if (n == 2 && !strncmp(cmdline, "ro", 2))
			rw = false;
		cmdline += n;
	}
	return rw;
}

static int mount_early(struct err *err)
{
	static const char *const mounts[][2] = {
		{ "devtmpfs", "/dev" },
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		(void)mkdir(mounts[i][1], 0755);
		/* EBUSY: the kernel has mounted it. */
		if (mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, NULL) && errno != EBUSY)
			return err__set(err, -errno, "cannot mount %s: %s", mounts[i][1],
					strerror(errno));
	}
	return 0;
}

/* Before devtmpfs was mounted there may have been no /dev/console, and so no standard streams. */
static void use_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);

	for (int i = 0; fd >= 0 && i <= 2; i++)
		if (fd != i)
			dup2(fd, i);
	if (fd > 2)
		close(fd);
}

/* Failures are only printed: the boot may work without that module. */
static void load_modules(char *list)
{
	struct modules m;
	char *save = NULL;

	modules__open(&m, MODULES);
	for (char *l = strtok_r(list, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		const bool optional = *l == '?';
		struct err err;
		const int ret = modules__load(&m, l + optional, NULL, &err);

		if (ret && !(optional && ret == -ENOENT))
			fprintf(stderr, "kduel init: %s\n", err.msg);
	}
	if (m.dirfd >= 0)
		close(m.dirfd);
}

/* Find the block device with this file system, waiting for drivers to probe their disks. Caller frees;
 * NULL if it does not appear. */
static char *find_root(const char *uuid)
{
	const uint64_t end = clock__ns() + ROOT_WAIT_NS;

	do {
		_cleanup_(strvec__release) struct strvec names = { 0 };

		(void)fs__names("/sys/class/block", &names);
		for (size_t i = 0; i < names.n; i++) {
			_free_ char *path = xasprintf("/dev/%s", names.v[i]);
			char its[37];

			if (!handover__read_uuid(path, its) && streq(its, uuid))
				return xstrdup(path);
		}
		nanosleep(&(struct timespec){ .tv_nsec = POLL_NS }, NULL);
	} while (clock__ns() < end);
	return NULL;
}

static int mount_root(const char *uuid, const char *fstype, const char *cmdline, struct err *err)
{
	_free_ char *device = find_root(uuid), *flags = cmdline__value(cmdline, "rootflags");

	if (!device)
		return err__set(err, -ENXIO, "no disk has a root file system with UUID %s", uuid);
	(void)mkdir(NEW_ROOT, 0755);
	if (mount(device, NEW_ROOT, fstype, handover__is_rw(cmdline) ? 0 : MS_RDONLY, flags))
		return err__set(err, -errno, "cannot mount %s as %s: %s", device, fstype,
				strerror(errno));
	return 0;
}

/* Delete the files of the initramfs first: they would take memory from the system under test. */
static int enter_root(struct err *err)
{
	static const char *const moved[] = { "/dev", "/proc", "/sys" };

	fs__rm_rf(MODULES);
	unlink("/" HANDOVER_FILE);
	unlink("/init");
	for (size_t i = 0; i < ARRAY_SIZE(moved); i++) {
		_free_ char *to = xasprintf(NEW_ROOT "%s", moved[i]);

		if (mount(moved[i], to, NULL, MS_MOVE, NULL))
			return err__set(err, -errno, "cannot move %s: %s", moved[i],
					strerror(errno));
	}
	if (chdir(NEW_ROOT) || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		return err__set(err, -errno, "cannot change to the root: %s", strerror(errno));
	return 0;
}

static int hand_over(char **argv, struct err *err)
{
	_free_ char *text = NULL, *cmdline = NULL, *init = NULL;
	char uuid[64], fstype[32];
	char *rest;
	int ret = mount_early(err);

	if (ret)
		return ret;
	use_console();
	ret = fs__read("/" HANDOVER_FILE, 1u << 16, &text, NULL);
	if (ret)
		return err__errno(err, ret, "/" HANDOVER_FILE);
	ret = fs__read("/proc/cmdline", 1u << 16, &cmdline, NULL);
	if (ret)
		return err__errno(err, ret, "/proc/cmdline");
	if (sscanf(text, "%63s %31s", uuid, fstype) != 2)
		return err__set(err, -EINVAL, "/" HANDOVER_FILE " names no file system");
	rest = strchr(text, '\n');
	if (rest)
		load_modules(rest + 1);
	ret = mount_root(uuid, fstype, cmdline, err);
	if (!ret)
		ret = enter_root(err);
	if (ret)
		return ret;
	init = cmdline__value(cmdline, "init");
	argv[0] = init ? init : (char *)"/sbin/init";
	execv(argv[0], argv);
	return err__set(err, -errno, "cannot run %s: %s", argv[0], strerror(errno));
}

void handover__run(char **argv)
{
	struct err err = { "" };

	(void)hand_over(argv, &err);
	fprintf(stderr, "kduel init: %s\n", err.msg);
}
