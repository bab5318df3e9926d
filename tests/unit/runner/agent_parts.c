// SPDX-License-Identifier: GPL-2.0-only
/* The parts of the agent that work without a connection. */
/* run.sh: deadlines */
#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/agent/cmdline.h"
#include "runner/agent/process_tree.h"
#include "runner/agent/guest_state.h"
#include "runner/agent/modules.h"
#include "runner/agent/taint.h"
#include "tests/unit/patience.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static char tmp[] = "/tmp/kduel-parts-XXXXXX";

static void test_cmdline(void **state __unused)
{
	struct cmdline c;

	cmdline__parse("console=ttyAMA0 kduel.port=a.b kduel.modules=x,?y\tkduel.root=/dev/vda "
		       "kduel.oneshot=1 kduel.port=org.kduel.1 xkduel.hang=1 kduel.hang=0\n",
		       &c);
	assert_string_equal(c.port, "org.kduel.1");
	assert_string_equal(c.modules, "x,?y");
	assert_string_equal(c.root, "/dev/vda");
	assert_true(c.oneshot);
	assert_false(c.hang);
	assert_int_equal(c.inject, 0);
	assert_null(c.job);
	assert_false(c.overlay);
	cmdline__release(&c);
	cmdline__parse(
		"kduel.root=/dev/pmem0 kduel.job=opt/org.kduel.job kduel.overlay=1 kduel.inject=12",
		&c);
	assert_string_equal(c.job, "opt/org.kduel.job");
	assert_true(c.overlay);
	assert_int_equal(c.inject, 12);
	cmdline__release(&c);
	cmdline__parse("kduel.inject=123", &c);
	assert_int_equal(c.inject, 0);
	cmdline__release(&c);
	cmdline__parse("quiet", &c);
	assert_string_equal(c.port, "org.kduel.0");
	assert_string_equal(c.modules, "");
	assert_null(c.root);
	assert_false(c.oneshot);
	cmdline__release(&c);
}

static void put(const char *path, const char *text)
{
	_free_ char *full = xasprintf("%s/guest%s", tmp, path), *dir = xstrdup(full);

	*strrchr(dir, '/') = '\0';
	assert_int_equal(fs__mkdir_p(dir), 0);
	assert_int_equal(fs__write_atomic(full, text, strlen(text)), 0);
}

/* Files of a guest's /proc and /sys, with only what matters here. */
static void put_guest(void)
{
	put("/proc/self/mounts", "/dev/vda / ext4 rw,relatime 0 0\nproc /proc proc rw 0 0\n");
	put("/proc/modules", "dm_crypt 65536 0 - Live 0x0000000000000000\n"
			     "dm_mod 196608 1 dm_crypt, Live 0x0000000000000000\n");
	put("/proc/1/comm", "init\n");
	put("/proc/1/cmdline", "/init");
	put("/proc/2/comm", "kthreadd\n");
	put("/proc/2/cmdline", "");
	put("/sys/block/vda/size", "8\n");
	put("/sys/block/loop0/size", "0\n");
	put("/tmp/other/file", "");
	put("/proc/sysvipc/shm", "       key      shmid perms\n");
}

static char *more_than(const struct strvec *before)
{
	_free_ char *root = xasprintf("%s/guest", tmp);
	struct strvec now = { 0 };
	char *more;

	guest_state__list(root, &now);
	more = guest_state__added(before, &now);
	strvec__release(&now);
	return more;
}

static void test_guest_state(void **state __unused)
{
	_free_ char *root = xasprintf("%s/guest", tmp), *same = NULL, *all = NULL, *gone = NULL;
	struct strvec before = { 0 };

	put_guest();
	guest_state__list(root, &before);
	assert_int_equal(before.n, 3);
	assert_string_equal(before.v[0], "block vda");
	assert_string_equal(before.v[1], "mount / ext4");
	same = more_than(&before);
	assert_string_equal(same, "");
	put("/proc/self/mounts", "/dev/vda / ext4 rw,relatime 0 0\nproc /proc proc rw 0 0\n"
				 "/dev/mapper/x /mnt ext4 rw 0 0\nproc /proc proc rw 0 0\n");
	put("/proc/modules", "dm_crypt 65536 1 - Live 0x0000000000000000\n"
			     "dm_mod 196608 3 dm_crypt, Live 0x0000000000000000\n");
	put("/proc/70/comm", "memcached\n");
	put("/proc/70/cmdline", "memcached");
	put("/sys/block/dm-0/size", "8\n");
	put("/sys/block/loop0/loop/backing_file", "/tmp/x\n");
	put("/tmp/kduel-job-abc/file", "");
	put("/proc/sysvipc/shm", "       key      shmid perms\n  17 3 600\n");
	all = more_than(&before);
	assert_string_equal(all,
			    "block dm-0, block loop0, directory kduel-job-abc, module dm_crypt, "
			    "module dm_mod, mount /mnt ext4, mount /proc proc, process memcached, "
			    "shm 17");
	strvec__release(&before);
	assert_int_equal(fs__rm_rf(root), 0);
	gone = more_than(&before);
	assert_string_equal(gone, "");
}

static void test_modules(void **state __unused)
{
	_free_ char *dir = xasprintf("%s/modules", tmp);
	_free_ char *builtin = xasprintf("%s/ext4.list", dir);
	_free_ char *broken = xasprintf("%s/brd.list", dir);
	_free_ char *file = xasprintf("%s/brd.ko", dir);
	struct err err = { "" };
	struct modules m;

	assert_int_equal(fs__mkdir_p(dir), 0);
	assert_int_equal(fs__write_atomic(builtin, "", 0), 0);
	assert_int_equal(fs__write_atomic(broken, "brd.ko\n", 7), 0);
	assert_int_equal(fs__write_atomic(file, "no module", 9), 0);
	modules__open(&m, dir);
	assert_int_equal(modules__load(&m, "ext4", NULL, &err), 0);
	assert_int_equal(modules__load(&m, "zram", NULL, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "zram"));
	assert_true(modules__load(&m, "brd", "rd_nr=1", &err) < 0); /* -ENOEXEC or -EPERM */
	assert_non_null(strstr(err.msg, "does not take module brd.ko"));
	/* On a real machine, modules built by kduel have precedence over those of modprobe. */
	assert_true(modules__load_there(&m, "brd", NULL, &err) < 0);
	assert_non_null(strstr(err.msg, "does not take module brd.ko"));
	assert_true(modules__load_there(&m, "kduel-no-such", NULL, &err) < 0);
	assert_null(strstr(err.msg, "does not take"));
	close(m.dirfd);
	assert_int_equal(fs__rm_rf(dir), 0);
	modules__open(&m, dir);
	assert_int_equal(modules__load(&m, "ext4", NULL, &err), -ENOENT);
}

/* Feed records to the reader of the kernel log, one per read(2) as with /dev/kmsg. */
static bool tainted_by(const char *const *records, size_t n)
{
	bool tainted;
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, sv), 0);
	for (size_t i = 0; i < n; i++)
		assert_true(write(sv[1], records[i], strlen(records[i])) > 0);
	tainted = taint__check(sv[0]);
	assert_false(taint__check(sv[0])); /* everything was read */
	close(sv[0]);
	close(sv[1]);
	return tainted;
}

static void test_taint(void **state __unused)
{
	static const char *const calm[] = {
		"6,339,5140900,-;NET: Registered PF_VSOCK protocol family\n",
		"6,340,5690716,-;EXT4-fs (vda): mounted filesystem r/w without journal.\n"
		" SUBSYSTEM=block\n DEVICE=b254:0\n",
	};
	static const char *const warned[] = {
		"6,339,5140900,-;NET: Registered PF_VSOCK protocol family\n",
		"4,341,6140900,-;WARNING: CPU: 0 PID: 77 at mm/page_alloc.c:1 x+0x0/0x8\n",
		"6,342,6140901,-;brd: module loaded\n",
	};
	static const char *const lockup[] = {
		"0,400,9140900,-;watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [fio:99]\n",
	};

	assert_false(tainted_by(calm, ARRAY_SIZE(calm)));
	assert_true(tainted_by(warned, ARRAY_SIZE(warned)));
	assert_true(tainted_by(lockup, ARRAY_SIZE(lockup)));
	assert_false(taint__check(-1));
}

/* A worker that starts a daemon, which has its own session and is not the worker's child any more. */
static void __noreturn be_worker(int fd)
{
	if (fork() == 0) {
		pid_t me;

		setsid();
		if (fork() != 0)
			_exit(0);
		me = getpid();
		(void)!write(fd, &me, sizeof(me));
		for (;;)
			pause();
	}
	for (;;)
		pause();
}

static int leave_nothing(void)
{
	pid_t worker, daemon = 0;
	int p[2];

	process_tree__adopt();
	if (pipe(p) < 0)
		return 2;
	worker = proc__fork_tied();
	if (worker == 0)
		be_worker(p[1]);
	if (read(p[0], &daemon, sizeof(daemon)) != sizeof(daemon) || kill(daemon, 0) < 0)
		return 3;
	kill(worker, SIGKILL);
	proc__wait(worker);
	process_tree__kill(false, worker);
	return kill(daemon, 0) < 0 && errno == ESRCH ? 0 : 4;
}

static void test_no_daemon_survives(void **state __unused)
{
	pid_t pid = proc__fork_tied();

	if (pid == 0)
		_exit(leave_nothing());
	assert_int_equal(proc__wait_ms(pid, WAIT_MS), 0);
}

static int make_tmp(void **state __unused)
{
	return mkdtemp(tmp) ? 0 : -1;
}

static int remove_tmp(void **state __unused)
{
	return rmdir(tmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cmdline),
		cmocka_unit_test(test_guest_state),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_taint),
		cmocka_unit_test(test_no_daemon_survives),
	};

	return cmocka_run_group_tests(tests, make_tmp, remove_tmp);
}
