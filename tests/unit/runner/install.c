// SPDX-License-Identifier: GPL-2.0-only
/* Installing kernels on a machine: its scripts run in a directory that serves as its root. */
/* run.sh: deadlines */
#include "runner/host/cache.h"
#include "runner/machine/clean.h"
#include "runner/machine/install.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../test_machine.h"

struct fixture {
	struct test_machine r;
	char *kernel_dir;
	struct kernel k;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	test_machine__up(&f->r);
	f->kernel_dir = xasprintf("%s/kernel", f->r.path_dir);
	put(f->kernel_dir, "/Image", "an Image");
	put(f->kernel_dir, "/lib/modules/6.1-k/kernel/a.ko", "module a");
	put(f->kernel_dir, "/lib/modules/6.1-k/kernel/b b.ko", "module b");
	put(f->kernel_dir, "/lib/modules/6.1-k/modules.dep", "kernel/a.ko:\n");
	f->k = (struct kernel){ .image = xasprintf("%s/Image", f->kernel_dir),
				.modules_root = f->kernel_dir,
				.release = (char *)"6.1-k",
				.arch = (char *)"arm64" };
	memset(f->k.hash, 'a', 64);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	free(f->k.image);
	free(f->kernel_dir);
	test_machine__down(&f->r);
	free(f);
	return 0;
}

/* A fake mkinitramfs: with the machine's own tool, it does not matter what the root needs. */
static void put_mkinitramfs(const struct fixture *f)
{
	test_machine__tool(
		&f->r, "mkinitramfs",
		"[ -f /lib/modules/$3/kernel/a.ko ] && echo initramfs for $3 >\"$2\" && echo made >>/made");
}

static void install(struct fixture *f, struct installed *i)
{
	struct err err = { "" };

	if (install__kernel(&f->r.ssh, &f->k, i, &err))
		fail_msg("%s", err.msg);
}

/* Image and initramfs must match their hashes. */
static void check_content(struct fixture *f, const struct installed *i)
{
	_free_ char *image = xasprintf("%s%s", f->r.root, i->image);
	_free_ char *initrd = xasprintf("%s%s", f->r.root, i->initrd);
	char sum[65];

	assert_int_equal(cache__sha256_file(image, sum), 0);
	assert_string_equal(sum, i->image_sha256);
	assert_int_equal(cache__sha256_file(initrd, sum), 0);
	assert_string_equal(sum, i->initrd_sha256);
}

static void test_install(void **state)
{
	struct fixture *f = *state;
	_cleanup_(installed__release) struct installed i = { 0 }, again = { 0 };
	_free_ char *files = NULL, *made = NULL, *mode = NULL;
	struct err err;

	put_mkinitramfs(f);
	put(f->r.root, "/boot/vmlinuz", "the distribution's");
	install(f, &i);
	assert_true(str_starts(i.image, "/boot/kduel/Image-"));
	assert_true(str_starts(i.initrd, "/boot/kduel/initrd-aaaaaaaaaaaa-"));
	assert_string_equal(i.modules, "/lib/modules/6.1-k");
	assert_true(str_ends(i.loader_image, strrchr(i.image, '/')));
	assert_true(test_machine__has(&f->r, i.image) && test_machine__has(&f->r, i.initrd));
	files = test_machine__sh(
		&f->r, "find lib/modules -type f | LC_ALL=C sort; cat lib/modules/6.1-k/.kduel");
	assert_string_equal(files,
			    "lib/modules/6.1-k/.kduel\nlib/modules/6.1-k/kernel/a.ko\n"
			    "lib/modules/6.1-k/kernel/b b.ko\nlib/modules/6.1-k/modules.dep\n"
			    "aaaaaaaaaaaa\n");
	mode = test_machine__sh(&f->r, "stat -c %a boot/kduel");
	assert_string_equal(mode, "700\n");
	check_content(f, &i);
	assert_int_equal(install__look(&f->r.ssh, &i, &err), 0);
	/* Nothing is copied or made again. */
	install(f, &again);
	assert_string_equal(again.initrd, i.initrd);
	assert_string_equal(again.initrd_sha256, i.initrd_sha256);
	made = test_machine__sh(&f->r, "cat made");
	assert_string_equal(made, "made\n");
}

static void test_damage(void **state)
{
	struct fixture *f = *state;
	_cleanup_(installed__release) struct installed i = { 0 }, again = { 0 };
	struct err err;

	put_mkinitramfs(f);
	install(f, &i);
	put(f->r.root, i.image, "an Ima");
	assert_int_equal(install__look(&f->r.ssh, &i, &err), -ESTALE);
	put(f->r.root, i.initrd, "else");
	install(f, &again);
	check_content(f, &again);
	assert_int_equal(install__look(&f->r.ssh, &again, &err), 0);
	put(f->r.root, again.initrd, "else");
	assert_int_equal(install__look(&f->r.ssh, &again, &err), -ESTALE);
}

/* Incomplete files of an interrupted installation are not used. */
static void test_remains(void **state)
{
	struct fixture *f = *state;
	_cleanup_(installed__release) struct installed i = { 0 };

	put_mkinitramfs(f);
	put(f->r.root, "/lib/modules/.kduel-aaaaaaaaaaaa.part/kernel/a.ko", "half");
	put(f->r.root, "/lib/modules/.kduel-aaaaaaaaaaaa/kernel/a.ko", "without a mark");
	install(f, &i);
	assert_false(test_machine__has(&f->r, "/lib/modules/.kduel-aaaaaaaaaaaa.part"));
	assert_false(test_machine__has(&f->r, "/lib/modules/.kduel-aaaaaaaaaaaa"));
	assert_true(test_machine__has(&f->r, "/lib/modules/6.1-k/modules.dep"));
}

/* Two kernels of the same release alternate; neither is copied again. */
static void test_same_release(void **state)
{
	struct fixture *f = *state;
	_cleanup_(installed__release) struct installed i = { 0 }, other = { 0 }, back = { 0 };
	_free_ char *mark = NULL;
	struct err err;

	put_mkinitramfs(f);
	install(f, &i);
	memset(f->k.hash, 'b', 64);
	put(f->kernel_dir, "/lib/modules/6.1-k/kernel/a.ko", "another module a");
	install(f, &other);
	mark = test_machine__sh(&f->r, "cat lib/modules/6.1-k/.kduel lib/modules/.kduel-*/.kduel");
	assert_string_equal(mark, "bbbbbbbbbbbb\naaaaaaaaaaaa\n");
	assert_int_equal(install__look(&f->r.ssh, &i, &err), 0);
	free(mark);
	mark = test_machine__sh(&f->r, "cat lib/modules/6.1-k/.kduel lib/modules/.kduel-*/.kduel");
	assert_string_equal(mark, "aaaaaaaaaaaa\nbbbbbbbbbbbb\n");
	assert_int_equal(install__look(&f->r.ssh, &other, &err), 0);
	memset(f->k.hash, 'a', 64);
	test_machine__tool(&f->r, "tar", "exit 1");
	install(f, &back);
	free(mark);
	mark = test_machine__sh(&f->r,
				"cat lib/modules/6.1-k/.kduel lib/modules/6.1-k/kernel/a.ko");
	assert_string_equal(mark, "aaaaaaaaaaaa\nmodule a");
}

/* The distribution's module directory must not be changed. */
static void test_foreign(void **state)
{
	struct fixture *f = *state;
	_cleanup_(installed__release) struct installed i = { 0 }, same = { 0 };
	_free_ char *before = NULL, *after = NULL;
	struct err err;

	put_mkinitramfs(f);
	put(f->r.root, "/lib/modules/6.1-k/kernel/a.ko", "module a");
	put(f->r.root, "/lib/modules/6.1-k/kernel/b b.ko", "another build");
	put(f->r.root, "/lib/modules/6.1-k/modules.dep", "made there\n");
	before = test_machine__sh(&f->r, "find lib -type f | xargs -d '\\n' sha256sum");
	assert_int_equal(install__kernel(&f->r.ssh, &f->k, &i, &err), -EEXIST);
	assert_non_null(strstr(err.msg, "/lib/modules/6.1-k is not kduel's"));
	after = test_machine__sh(&f->r, "find lib -type f | xargs -d '\\n' sha256sum");
	assert_string_equal(after, before);
	/* It can be used if it is the same build, even with another compression. */
	free(test_machine__sh(&f->r,
			      "cd lib/modules/6.1-k/kernel && printf 'module b' >'b b.ko' && xz 'b b.ko' && "
			      "gzip a.ko && sed -i s/a.ko/a.ko.gz/ ../../../../x/mkinitramfs"));
	install(f, &same);
	assert_false(test_machine__has(&f->r, "/lib/modules/6.1-k/.kduel"));
	assert_true(test_machine__has(&f->r, same.image));
}

static void test_no_modules(void **state)
{
	struct fixture *f = *state;
	_cleanup_(installed__release) struct installed i = { 0 };

	f->k.modules_root = NULL;
	test_machine__tool(
		&f->r, "cat",
		"[ \"$1\" != /proc/cmdline ] && exec /usr/bin/cat \"$@\"; echo root=/dev/vda2 rw");
	install(f, &i);
	assert_null(i.initrd);
	assert_null(i.modules);
	assert_true(test_machine__has(&f->r, i.image));
}

/* If the machine has no tool, kduel makes the initramfs, with the modules for the root's disk. */
static void test_own_initramfs(void **state)
{
	struct fixture *f = *state;
	_cleanup_(installed__release) struct installed i = { 0 }, none = { 0 };
	_free_ char *found = NULL, *dir = xasprintf("%s/agents", f->r.path_dir);
	struct err err;

	test_machine__tool(&f->r, "awk", "echo 8:1 ext4 /dev/sda1");
	test_machine__tool(&f->r, "readlink",
			   "case $2 in *driver/module) echo nvme ;; *) echo "
			   "/sys/devices/pci0/nvme/block/sda/sda1 ;; esac");
	test_machine__tool(&f->r, "blkid", "echo 01234567-89ab-cdef-0123-456789abcdef");
	put(f->r.root, "/sys/devices/pci0/modalias", "pci:v00001234d\n");
	put(f->r.root, "/sys/devices/pci0/nvme/driver/module", "");
	put(dir, "/agent-aarch64", "the agent");
	setenv("KDUEL_AGENT_DIR", dir, 1);
	install(f, &i);
	assert_true(str_starts(i.initrd, "/boot/kduel/initrd-"));
	found = test_machine__sh(
		&f->r, "cat boot/kduel/initrd-* | tr '\\0' '\\n' | grep -ax -A 4 '0123.* ext4'");
	assert_string_equal(
		found,
		"01234567-89ab-cdef-0123-456789abcdef ext4\n?ext4\n?nvme\n?pci:v00001234d\n\n");
	/* kduel's initramfs does not support mapped devices. */
	test_machine__tool(&f->r, "readlink", "echo /sys/devices/virtual/block/dm-0");
	assert_int_equal(install__kernel(&f->r.ssh, &f->k, &none, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.msg, "its root (ext4 on /dev/sda1): install"));
}

/* If there is no room, the least recently used kernels are removed, but nothing that is not kduel's. */
static void test_room(void **state)
{
	struct fixture *f = *state;
	_cleanup_(installed__release) struct installed i = { 0 }, none = { 0 };
	_free_ char *left = NULL, *listed = NULL;
	struct err err;

	put_mkinitramfs(f);
	put(f->r.root, "/boot/kduel/Image-000000000001", "old");
	put(f->r.root, "/boot/kduel/initrd-000000000002", "older");
	put(f->r.root, "/boot/kduel/Image-000000000003", "new");
	put(f->r.root, "/boot/kduel/notes", "somebody's");
	put(f->r.root, "/lib/modules/5.0/.kduel", "000000000004\n");
	put(f->r.root, "/lib/modules/5.0/x.ko", "oldest");
	put(f->r.root, "/lib/modules/5.1/x.ko", "not ours");
	free(test_machine__sh(
		&f->r,
		"touch -d 2001-01-01 lib/modules/5.0/.kduel; touch -d 2002-01-01 boot/kduel/initrd-0*2; "
		"touch -d 2003-01-01 boot/kduel/Image-0*1; touch lib/modules/5.1/x.ko"));
	/* There is enough room once three things are removed. */
	test_machine__tool(
		&f->r, "df",
		"n=$(ls -d /boot/kduel/Image-0* /boot/kduel/initrd-0* /lib/modules/5.0 2>/dev/null | wc -l)\n"
		"echo x; [ $n -gt 1 ] && echo '/dev/x 100 99 1 99% /' || echo '/dev/x 9999999 9 9999990 1% /'");
	install(f, &i);
	listed = test_machine__sh(&f->r, "ls -d boot/kduel/*0000* boot/kduel/notes lib/modules/5*");
	assert_string_equal(listed,
			    "boot/kduel/Image-000000000003\nboot/kduel/notes\nlib/modules/5.1\n");
	/* If there is still not enough room, the message names the directory. */
	test_machine__tool(&f->r, "df", "echo x; echo '/dev/x 100 99 1 99% /'");
	memset(f->k.hash, 'c', 64);
	put(f->kernel_dir, "/Image", "another Image");
	assert_int_equal(install__kernel(&f->r.ssh, &f->k, &none, &err), -ENOSPC);
	assert_int_equal(f->r.ssh.fault, BOOT_MACHINE_DISK_FULL);
	assert_non_null(strstr(err.msg, "no room for kernel 6.1-k in /boot/kduel: 1 KiB free"));
	left = test_machine__sh(&f->r, "ls boot/kduel lib/modules");
	assert_string_equal(left, "boot/kduel:\nnotes\n\nlib/modules:\n5.1\n");
}

static void test_clean(void **state)
{
	struct fixture *f = *state;
	_cleanup_(installed__release) struct installed i = { 0 };
	_free_ char *said = NULL, *again = NULL, *left = NULL, *custom = NULL;
	struct err err;

	put_mkinitramfs(f);
	install(f, &i);
	put(f->r.root, "/boot/grub/custom.cfg",
	    "menuentry mine {}\n# kduel begin\nmenuentry kduel {}\n# kduel end\n# more\n");
	put(f->r.root, "/boot/loader/entries/kduel.conf", "title kduel\n");
	put(f->r.root, "/boot/loader/entries/debian.conf", "title Debian\n");
	put(f->r.root, "/lib/modules/5.1/x.ko", "not ours");
	put(f->r.root, "/var/lib/kduel/agent-1", "agent");
	put(f->r.root, "/var/lib/other", "x");
	assert_int_equal(machine__clean(&f->r.ssh, &said, &err), 0);
	assert_string_equal(said,
			    "the entry in /boot/grub/custom.cfg\n/boot/loader/entries/kduel.conf\n"
			    "/boot/kduel\n/lib/modules/6.1-k\n/var/lib/kduel");
	left = test_machine__sh(&f->r, "find boot lib/modules var -type f | LC_ALL=C sort");
	assert_string_equal(left, "boot/grub/custom.cfg\nboot/loader/entries/debian.conf\n"
				  "lib/modules/5.1/x.ko\nvar/lib/other\n");
	custom = test_machine__sh(&f->r, "cat boot/grub/custom.cfg");
	assert_string_equal(custom, "menuentry mine {}\n# more\n");
	assert_int_equal(machine__clean(&f->r.ssh, &again, &err), 0);
	assert_string_equal(again, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_install),	  TEST(test_damage),  TEST(test_remains),
		TEST(test_same_release),  TEST(test_foreign), TEST(test_no_modules),
		TEST(test_own_initramfs), TEST(test_room),    TEST(test_clean),
	};

	if (!test_machine__possible()) {
		printf("1..0 # SKIP this user may not make namespaces (unshare -rm)\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
