// SPDX-License-Identifier: GPL-2.0-only
/* dmcrypt.c - brd, dm-crypt and ext4, set up in this order and taken down in reverse. */
#include "workloads/support/dmcrypt.h"

#include "lib/fs.h"
#include "lib/rng.h"
#include "lib/units.h"
#include "workloads/support/crypto_list.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DISK "/dev/ram0"
#define DISK_SIZE "/sys/block/ram0/size" /* in units of 512 bytes */
#define NAME "kduel-crypt"
#define MAPPED "/dev/mapper/" NAME
#define ALGORITHM "xts(aes)"
#define KEY_BYTES 64
#define MIB (1ull << 20)
#define TOOL_TIMEOUT_S 60
#define BUSY_TRIES 500 /* of 20 ms */
#define EXT4_MAGIC_AT 1080 /* s_magic, at offset 56 of the superblock at 1024 */

uint64_t dmcrypt__disk_bytes(uint64_t size)
{
	/* Journal, inode tables, the 5 % that mkfs reserves, and some headroom. */
	return (size + size / 8 + 32 * MIB + MIB - 1) / MIB * MIB;
}

/* Retry for some seconds: a killed process may have used the device, and holds it until it is
 * gone. */
static int retry_while_busy(int (*step)(void))
{
	struct timespec nap = { .tv_nsec = 20 * 1000 * 1000 };
	int ret = step();

	for (int tries = 0; (ret == -EBUSY || ret == -EAGAIN) && tries < BUSY_TRIES; tries++) {
		nanosleep(&nap, NULL);
		ret = step();
	}
	return ret;
}

/* ENOENT: the module is not loaded. */
static int try_unload(void)
{
	return syscall(SYS_delete_module, "brd", O_NONBLOCK) && errno != ENOENT ? -errno : 0;
}

/* EINVAL or ENOENT: nothing is mounted there. */
static int try_umount(void)
{
	return umount2(DMCRYPT_MOUNT, 0) && errno != EINVAL && errno != ENOENT ? -errno : 0;
}

/* There is no udev in the guest, so libdevmapper must create the nodes itself and not wait for
 * udev. */
static void use_no_udev(void)
{
	setenv("DM_DISABLE_UDEV", "1", 1);
}

/* Ask the kernel: the node in /dev/mapper appears later than the device, and never if its creator
 * is killed in between. */
static bool is_mapped(void)
{
	char *const argv[] = { (char[]){ "dmsetup" }, (char[]){ "info" }, (char[]){ NAME }, NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	bool yes = !proc__run(&(struct proc_opts){ .argv = argv,
						   .timeout_ms = TOOL_TIMEOUT_S * 1000 },
			      &res) &&
		   res.status == 0;

	return yes;
}

/* If brd is built in, the module parameter had no effect. */
static int check_size(struct job *job, uint64_t bytes)
{
	_free_ char *text = NULL;
	uint64_t sectors;
	int ret = fs__read(DISK_SIZE, 64, &text, NULL);

	if (ret)
		return job__fail(job, ret,
				 "there is no RAM disk " DISK " after loading brd (%s): %s",
				 DISK_SIZE, strerror(-ret));
	text[strcspn(text, "\n")] = '\0';
	ret = units__u64(text, &sectors);
	if (ret)
		return job__fail(job, -EPROTO, "%s says '%s', not a number", DISK_SIZE, text);
	if (sectors * 512 != bytes)
		return job__fail(job, -EBUSY,
				 DISK " has %llu bytes instead of %llu: brd is built "
				      "into this kernel or in use by something else",
				 (unsigned long long)sectors * 512, (unsigned long long)bytes);
	return 0;
}

/* Unloading brd is the only way to free its pages, and its size is a module parameter. */
static int make_disk(struct job *job, uint64_t bytes)
{
	char options[64];
	int ret = retry_while_busy(try_unload);

	if (ret)
		return job__fail(job, ret,
				 "cannot unload the RAM disk driver brd to begin with a "
				 "fresh disk: %s",
				 strerror(-ret));
	snprintf(options, sizeof(options), "rd_nr=1 rd_size=%llu",
		 (unsigned long long)bytes / 1024);
	ret = job__modprobe(job, "brd", options);
	return ret ? ret : check_size(job, bytes);
}

/* Random, but the same for every variant, in case the cost depends on the key. */
static int write_key(struct job *job, const char *path)
{
	unsigned char key[KEY_BYTES];
	struct rng rng;
	int ret;

	rng__seed(&rng, job->seed);
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (unsigned char)rng__next(&rng);
	ret = fs__write_atomic(path, key, sizeof(key));
	return ret ? job__fail(job, ret, "cannot write %s: %s", path, strerror(-ret)) : 0;
}

/* A plain mapping has no header: the disk contains nothing but ciphertext. */
static int open_crypt(struct job *job)
{
	char key[sizeof(job->dir) + 8];
	int ret;

	snprintf(key, sizeof(key), "%s/key", job->dir);
	use_no_udev();
	ret = write_key(job, key);
	if (!ret)
		ret = job__exec(job, TOOL_TIMEOUT_S, NULL, "cryptsetup", "open", "--type", "plain",
				"--cipher", "aes-xts-plain64", "--key-size", "512", "--key-file",
				key, DISK, NAME, NULL);
	return ret;
}

int dmcrypt__up(struct job *job, uint64_t bytes)
{
	int ret = make_disk(job, bytes);

	if (!ret)
		ret = open_crypt(job);
	if (!ret)
		ret = job__exec(job, TOOL_TIMEOUT_S, NULL, "mkfs.ext4", "-q", "-F", "-E",
				"lazy_itable_init=0,lazy_journal_init=0", MAPPED, NULL);
	if (ret)
		return ret;
	ret = fs__mkdir_p(DMCRYPT_MOUNT);
	if (ret)
		return job__fail(job, ret, "cannot make " DMCRYPT_MOUNT ": %s", strerror(-ret));
	if (mount(MAPPED, DMCRYPT_MOUNT, "ext4", 0, NULL) < 0)
		return job__fail(job, -errno, "cannot mount " MAPPED " at " DMCRYPT_MOUNT ": %s",
				 strerror(errno));
	sync(); /* so that no writes of mkfs are left for the timed part */
	return 0;
}

static int read_magic(struct job *job, const char *dev, bool *ext4)
{
	_close_ int fd = open(dev, O_RDONLY | O_CLOEXEC);
	unsigned char m[2];

	if (fd < 0)
		return job__fail(job, -errno, "cannot open %s: %s", dev, strerror(errno));
	if (pread(fd, m, sizeof(m), EXT4_MAGIC_AT) != sizeof(m))
		return job__fail(job, -EIO, "cannot read the superblock of %s", dev);
	*ext4 = m[0] == 0x53 && m[1] == 0xef;
	return 0;
}

/* The superblock must be readable through the mapping but not on the underlying disk. */
int dmcrypt__check(struct job *job)
{
	bool plain = false, mapped = false;
	int ret = read_magic(job, DISK, &plain);

	if (!ret)
		ret = read_magic(job, MAPPED, &mapped);
	if (ret)
		return ret;
	if (plain || !mapped)
		return job__fail(job, -EIO,
				 "encryption is not at work: ext4 %s on " DISK " and %s on " MAPPED,
				 plain ? "shows" : "does not show",
				 mapped ? "shows" : "does not show");
	return 0;
}

int dmcrypt__facts(struct job *job)
{
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	_free_ char *text = NULL;
	char driver[128];
	int ret = job__exec(job, TOOL_TIMEOUT_S, &res, "dmsetup", "table", NAME, NULL);

	if (!ret) { /* without --showkeys, dmsetup prints zeros for the key */
		res.out[strcspn(res.out, "\n")] = '\0';
		job__fact(job, "dmcrypt/table", "%s", res.out);
	}
	if (ret)
		return ret;
	ret = fs__read("/proc/crypto", 1u << 20, &text, NULL);
	if (ret)
		return job__fail(job, ret, "cannot read /proc/crypto: %s", strerror(-ret));
	if (crypto_list__driver(text, ALGORITHM, driver, sizeof(driver)))
		return job__fail(job, -ENOENT, "/proc/crypto lists no driver for " ALGORITHM);
	job__fact(job, "dmcrypt/driver", "%s", driver);
	return 0;
}

int dmcrypt__down(struct job *job)
{
	int ret = retry_while_busy(try_umount);

	if (ret)
		return job__fail(job, ret, "cannot unmount " DMCRYPT_MOUNT ": %s", strerror(-ret));
	rmdir(DMCRYPT_MOUNT);
	use_no_udev();
	if (is_mapped())
		ret = job__exec(job, TOOL_TIMEOUT_S, NULL, "dmsetup", "remove", "--retry", NAME,
				NULL);
	if (ret)
		return ret;
	ret = retry_while_busy(try_unload);
	return ret ? job__fail(job, ret, "cannot unload brd: %s", strerror(-ret)) : 0;
}
