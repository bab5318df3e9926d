// SPDX-License-Identifier: GPL-2.0-only
/*
 * init.c - what process 1 sets up before it talks to the host: mounts, modules, the root file system,
 * network interfaces, environment.
 */
#include "runner/agent/init.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/agent/network.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_ROOT "/newroot"
#define LOWER "/lower"
#define UPPER "/upper"
#define ROOT_WAIT_MS 10000
#define MODULES "/modules"

static const struct {
	const char *type, *where;
	unsigned long flags;
	bool optional; /* the kernel may lack it */
	bool early; /* needed before the root is mounted */
} mounts[] = {
	{ "devtmpfs", "/dev", MS_NOSUID, false, true },
	{ "proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, false, true },
	{ "sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, false, true },
	{ "devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, true, false },
	{ "tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, false, false },
	{ "tmpfs", "/run", MS_NOSUID | MS_NODEV, false, false },
	{ "tmpfs", "/tmp", MS_NOSUID | MS_NODEV, false, false },
	{ "debugfs", "/sys/kernel/debug", 0, true, false },
	{ "tracefs", "/sys/kernel/tracing", 0, true, false },
};

/* Mount all file systems, or with `early_only` those needed to find the root. */
static int mount_all(bool early_only, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		const char *where = mounts[i].where;

		if (early_only && !mounts[i].early)
			continue;
		fs__mkdir_p(where); /* fails in sysfs, where directories cannot be made */
		/* EBUSY: the kernel or an earlier call has mounted it. */
		if (mount(mounts[i].type, where, mounts[i].type, mounts[i].flags, NULL) < 0 &&
		    errno != EBUSY && !mounts[i].optional)
			return err__set(err, -errno, "cannot mount %s on %s: %s", mounts[i].type,
					where, strerror(errno));
	}
	return 0;
}

/* If the initramfs has no /dev/console, the kernel starts process 1 without open descriptors. Open 0,
 * 1 and 2, so that no other file gets these numbers. */
static void fill_std_fds(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		int got = open("/dev/console", O_RDWR);

		if (got < 0)
			got = open("/dev/null", O_RDWR);
		if (got != fd)
			return;
	}
}

static int read_cmdline(struct cmdline *cl, struct err *err)
{
	_free_ char *text = NULL;
	int ret = fs__read("/proc/cmdline", 1 << 16, &text, NULL);

	if (ret)
		return err__set(err, ret, "cannot read /proc/cmdline: %s", strerror(-ret));
	cmdline__parse(text, cl);
	return 0;
}

/* Load modules, whose names are separated by commas, and their dependencies. A name with a leading '?'
 * may be missing. */
static int load_modules(struct modules *m, const char *names, struct err *err)
{
	_free_ char *list = xstrdup(names);
	char *save = NULL;

	for (char *n = strtok_r(list, ",", &save); n; n = strtok_r(NULL, ",", &save)) {
		bool optional = *n == '?';
		int ret = modules__load(m, n + optional, NULL, err);

		if (ret && !(optional && ret == -ENOENT))
			return ret;
	}
	return 0;
}

/* Wait for a device node: drivers probe asynchronously, so it may appear some time after the module
 * was loaded. */
static int wait_for(const char *device, struct err *err)
{
	uint64_t end = clock__ns() + ROOT_WAIT_MS * NSEC_PER_MSEC;

	while (!fs__exists(device)) {
		if (clock__ns() >= end)
			return err__set(err, -ENXIO,
					"no root device %s within %d s (is its driver "
					"among kduel.modules?)",
					device, ROOT_WAIT_MS / 1000);
		nanosleep(&(struct timespec){ .tv_nsec = 2 * 1000 * 1000 }, NULL);
	}
	return 0;
}

/* Mount an overlay over the root, with a tmpfs as the upper layer, so that the root image is not
 * changed. */
static int mount_overlay(struct err *err)
{
	static const char layers[] = "lowerdir=" LOWER ",upperdir=" UPPER "/data,workdir=" UPPER
				     "/work";

	fs__mkdir_p(UPPER);
	if (mount("tmpfs", UPPER, "tmpfs", MS_NOATIME, NULL) < 0 || fs__mkdir_p(UPPER "/data") ||
	    fs__mkdir_p(UPPER "/work") ||
	    mount("overlay", NEW_ROOT, "overlay", MS_NOATIME, layers) < 0)
		return err__set(err, -errno, "cannot lay a file system in memory over the root: %s",
				strerror(errno));
	return 0;
}

/* Make the file system on `device` the root. The early mounts, which this hides, are mounted again. */
static int enter_root(const char *device, bool overlay, struct err *err)
{
	const char *where = overlay ? LOWER : NEW_ROOT;
	int ret = wait_for(device, err);

	if (ret)
		return ret;
	fs__mkdir_p(NEW_ROOT);
	fs__mkdir_p(where);
	if (mount(device, where, "ext4", MS_NOATIME | (overlay ? MS_RDONLY : 0), NULL) < 0)
		return err__set(err, -errno, "cannot mount %s as ext4 root: %s", device,
				strerror(errno));
	ret = overlay ? mount_overlay(err) : 0;
	if (ret)
		return ret;
	/* pivot_root(2) does not work in an initramfs: move the new root over the old one. */
	if (chdir(NEW_ROOT) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 ||
	    chdir("/") < 0)
		return err__set(err, -errno, "cannot change to the root on %s: %s", device,
				strerror(errno));
	return mount_all(true, err);
}

/* The order matters: /proc is needed to read the command line, and modules must be loaded before
 * waiting for the root device. */
int init__system(struct cmdline *cl, struct modules *m, struct err *err)
{
	int ret = mount_all(true, err);

	fill_std_fds();
	if (!ret)
		ret = read_cmdline(cl, err);
	modules__open(m, MODULES); /* do it now: the directory is not in the new root */
	if (!ret)
		ret = load_modules(m, cl->modules, err);
	if (!ret && cl->root)
		ret = enter_root(cl->root, cl->overlay, err);
	if (!ret)
		ret = mount_all(false, err);
	if (!ret)
		ret = network__loopback(err);
	if (!ret && cl->network)
		ret = network__user(cl->root != NULL, err);
	sethostname("kduel", strlen("kduel"));
	umask(022);
	clearenv(); /* the kernel puts unknown parameters of its command line there */
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	setenv("LANG", "C.UTF-8", 1);
	setenv("TMPDIR", "/tmp", 1);
	return ret;
}

void init__power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	/* If the guest cannot be powered off, the host ends it. */
	for (;;)
		pause();
}
