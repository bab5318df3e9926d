/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test_machine.h - a fake machine to test scripts that run on machines. Its root is a directory with
 * the programs of this system and some directories of its own, and ssh is a script. Include it after
 * cmocka.h.
 */
#ifndef KDUEL_TESTS_UNIT_TEST_MACHINE_H
#define KDUEL_TESTS_UNIT_TEST_MACHINE_H

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/machine/ssh.h"
#include "tests/unit/patience.h"

#include "fake_program.h"

/* As master, create the socket and sleep; otherwise run the command in the machine's root, with /x, the
 * directory of fake programs, first in PATH. */
static const char fake_ssh[] =
	"for last; do case $last in -oControlPath=*) c=${last#*=} ;; esac; done\n"
	"case \" $* \" in *' -M '*) : >\"$c\"; exec sleep 1000 ;; esac\n"
	"export LAST=\"$last\"\n"
	"exec unshare -rm sh -c 'r=$MACHINE_ROOT\n"
	"for d in usr etc proc dev; do mount --rbind /$d $r/$d || exit 1; done\n"
	"exec chroot $r /usr/bin/env PATH=/x:/usr/bin:/usr/sbin HOME=/root sh -c \"$LAST\"'";

struct test_machine {
	char *root, *path_dir;
	struct machine m;
	struct ssh ssh;
};

static inline char *test_machine__at(const struct test_machine *r, const char *path)
{
	return xasprintf("%s%s", r->root, path);
}

static inline void put(const char *dir, const char *path, const char *text)
{
	_free_ char *full = xasprintf("%s%s", dir, path);
	_free_ char *parent = xstrndup(full, (size_t)(strrchr(full, '/') - full));

	assert_int_equal(fs__mkdir_p(parent), 0);
	assert_int_equal(fs__write_atomic(full, text, strlen(text)), 0);
}

static inline bool test_machine__has(const struct test_machine *r, const char *path)
{
	_free_ char *full = test_machine__at(r, path);

	return fs__exists(full);
}

/* Run a shell command in the machine's root directory, on this system; returns its output. Caller
 * frees. */
static inline char *test_machine__sh(const struct test_machine *r, const char *command)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };

	assert_int_equal(proc__run(&(struct proc_opts){ .argv = argv, .cwd = r->root }, &res), 0);
	return xstrdup(res.out);
}

/* Add a program to the machine, which comes before this system's. */
static inline void test_machine__tool(const struct test_machine *r, const char *name,
				      const char *script)
{
	_free_ char *relative = xasprintf("/x/%s", name), *path = test_machine__at(r, relative);
	_free_ char *text = xasprintf("#!/bin/sh\n%s\n", script);

	put(r->root, relative, text);
	assert_int_equal(chmod(path, 0755), 0);
}

/* May this user create namespaces? */
static inline bool test_machine__possible(void)
{
	char *argv[] = { (char *)"unshare", (char *)"-rm", (char *)"true", NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };

	return !proc__run(&(struct proc_opts){ .argv = argv }, &res) && !res.status;
}

static inline void test_machine__up(struct test_machine *r)
{
	static const char *const dirs[] = { "/usr", "/etc",  "/proc", "/dev",	      "/boot",
					    "/var", "/root", "/x",    "/lib/modules", "/tmp" };
	struct err err;

	r->root = xasprintf("/tmp/kduel-root-XXXXXX");
	assert_non_null(mkdtemp(r->root));
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		_free_ char *dir = test_machine__at(r, dirs[i]);

		assert_int_equal(fs__mkdir_p(dir), 0);
	}
	free(test_machine__sh(r, "ln -s usr/bin bin; ln -s usr/sbin sbin; ln -s usr/lib64 lib64; "
				 "for d in /usr/lib/*-linux-gnu*; do ln -s $d lib/; done; "
				 "ln -s /usr/lib/ld-linux* lib/ 2>/dev/null"));
	setenv("MACHINE_ROOT", r->root, 1);
	r->path_dir = fake_program("ssh", fake_ssh);
	r->m = (struct machine){ .name = (char *)"m",
				 .host = (char *)"m",
				 .boot = MACHINE_BOOT_GRUB,
				 .deadlines = { .connect = WAIT_MS * NSEC_PER_MSEC,
						.command = WAIT_MS * NSEC_PER_MSEC,
						.push = WAIT_MS * NSEC_PER_MSEC } };
	assert_int_equal(ssh__open(&r->ssh, &r->m, false, NULL, &err), 0);
}

static inline void test_machine__down(struct test_machine *r)
{
	ssh__close(&r->ssh);
	remove_fake(r->path_dir);
	assert_int_equal(fs__rm_rf(r->root), 0);
	free(r->root);
}

/* Called by cmocka: *state is the machine. */
static inline int test_machine__setup(void **state)
{
	struct test_machine *r = xcalloc(1, sizeof(*r));

	test_machine__up(r);
	*state = r;
	return 0;
}

static inline int test_machine__teardown(void **state)
{
	test_machine__down(*state);
	free(*state);
	return 0;
}

#endif
