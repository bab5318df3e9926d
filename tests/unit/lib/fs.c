// SPDX-License-Identifier: GPL-2.0-only
/* Files and directories, on a real file system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/kduel-fs-XXXXXX";

static char *in(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void written_is_read(void **state)
{
	_free_ char *path = in("file"), *text = NULL;
	struct stat st;
	size_t len;

	(void)state;
	assert_int_equal(fs__write_atomic(path, "a\0b", 3), 0);
	assert_int_equal(fs__read(path, 3, &text, &len), 0);
	assert_int_equal(len, 3);
	assert_memory_equal(text, "a\0b", 4); /* followed by a NUL */
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(fs__write_atomic(path, "", 0), 0);
	free(text);
	assert_int_equal(fs__read(path, 0, &text, NULL), 0);
	assert_string_equal(text, "");
}

static void reads_are_bounded(void **state)
{
	_free_ char *path = in("big"), *big = xcalloc(1, 100000), *text = NULL;
	size_t len;

	(void)state;
	assert_int_equal(fs__write_atomic(path, big, 100000), 0);
	assert_int_equal(fs__read(path, 99999, &text, &len), -EFBIG);
	assert_null(text);
	assert_int_equal(fs__read("/dev/zero", 1 << 20, &text, &len), -EFBIG);
	assert_int_equal(fs__read(path, 100000, &text, &len), 0);
	assert_int_equal(len, 100000);
}

static void kernel_files_are_read(void **state)
{
	_free_ char *text = NULL, *pid = xasprintf("\nPid:\t%d\n", getpid());

	(void)state;
	assert_int_equal(fs__read("/proc/self/status", 1 << 16, &text, NULL), 0);
	assert_non_null(strstr(text, pid));
}

static void what_cannot_be_read(void **state)
{
	_free_ char *none = in("none");
	char *text;

	(void)state;
	assert_int_equal(fs__read(none, 10, &text, NULL), -ENOENT);
	assert_int_equal(fs__read(dir, 10, &text, NULL), -EISDIR);
	assert_int_equal(fs__read_at(-1, "relative", 10, &text, NULL), -EBADF);
}

static void read_below_a_descriptor(void **state)
{
	_free_ char *path = in("here"), *text = NULL;
	_close_ int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(fs__write_atomic(path, "x", 1), 0);
	assert_int_equal(fs__read_at(fd, "here", 10, &text, NULL), 0);
	assert_string_equal(text, "x");
}

static size_t entries(void)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* A failed write keeps the old file and leaves no other files. */
static void failed_writes_leave_nothing(void **state)
{
	_free_ char *sub = in("taken"), *none = in("no/such/dir");
	size_t before;

	(void)state;
	assert_int_equal(fs__mkdir_p(sub), 0);
	before = entries();
	assert_int_equal(fs__write_atomic(sub, "x", 1), -EISDIR);
	assert_int_equal(fs__write_atomic(none, "x", 1), -ENOENT);
	assert_int_equal(entries(), before);
}

static void poke_writes_existing_files_only(void **state)
{
	_free_ char *path = in("knob"), *none = in("no-knob"), *text = NULL;

	(void)state;
	assert_int_equal(fs__write_atomic(path, "old", 3), 0);
	assert_int_equal(fs__poke(path, "new"), 0);
	assert_int_equal(fs__read(path, 10, &text, NULL), 0);
	assert_string_equal(text, "new");
	assert_int_equal(fs__poke(none, "x"), -ENOENT);
	assert_false(fs__exists(none));
}

/* A report that is written to a device must not replace it. */
static void output_goes_through_what_is_no_file(void **state)
{
	_free_ char *path = in("report"), *link = in("link"), *pipe = in("pipe"), *text = NULL;
	struct stat st;
	char buf[8] = "";
	int fd;

	(void)state;
	assert_int_equal(fs__write_output(path, "first", 5), 0);
	assert_int_equal(fs__write_output(path, "new", 3), 0);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(fs__write_output(link, "x", 1), 0);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(fs__read(path, 10, &text, NULL), 0);
	assert_string_equal(text, "x");
	assert_int_equal(mkfifo(pipe, 0600), 0);
	fd = open(pipe, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fs__write_output(pipe, "abc", 3), 0);
	assert_int_equal(read(fd, buf, sizeof(buf)), 3);
	close(fd);
	assert_int_equal(lstat(pipe, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(fs__write_output(dir, "", 0), -EISDIR);
}

static void directories_are_made(void **state)
{
	_free_ char *deep = in("a/b//c/"), *same = in("a/b/c"), *file = in("a/f"),
		    *through = in("a/f/g");

	(void)state;
	assert_int_equal(fs__mkdir_p(deep), 0);
	assert_int_equal(fs__mkdir_p(same), 0);
	assert_true(fs__exists(same));
	assert_int_equal(fs__write_atomic(file, "", 0), 0);
	assert_int_equal(fs__mkdir_p(file), -ENOTDIR);
	assert_int_equal(fs__mkdir_p(through), -ENOTDIR);
	assert_int_equal(fs__mkdir_p(""), -ENOENT);
	assert_int_equal(fs__mkdir_p("/"), 0);
}

static void names_are_sorted_and_none_is_hidden(void **state)
{
	_free_ char *below = in("names"), *none = in("no-names");
	struct strvec names = { 0 };

	(void)state;
	assert_int_equal(fs__names(none, &names), -ENOENT);
	assert_int_equal(names.n, 0);
	assert_int_equal(fs__mkdir_p(below), 0);
	assert_int_equal(fs__names(below, &names), 0);
	assert_int_equal(names.n, 0);
	for (size_t i = 0; i < 4; i++) {
		_free_ char *path = xasprintf("%s/%s", below, STRINGS("b", ".hidden", "a", "c")[i]);

		assert_int_equal(fs__write_atomic(path, "", 0), 0);
	}
	assert_int_equal(fs__names(below, &names), 0);
	assert_int_equal(names.n, 3);
	assert_string_equal(names.v[0], "a");
	assert_string_equal(names.v[1], "b");
	assert_string_equal(names.v[2], "c");
	strvec__release(&names);
	assert_int_equal(fs__rm_rf(below), 0);
}

static void trees_are_removed_links_are_not_followed(void **state)
{
	_free_ char *tree = in("tree"), *deep = in("tree/x/y"), *link = in("tree/x/out"),
		    *kept = in("kept"), *hidden = in("tree/.hidden");

	(void)state;
	assert_int_equal(fs__mkdir_p(deep), 0);
	assert_int_equal(fs__write_atomic(kept, "k", 1), 0);
	assert_int_equal(fs__write_atomic(hidden, "h", 1), 0);
	assert_int_equal(symlink(dir, link), 0);
	assert_int_equal(fs__rm_rf(tree), 0);
	assert_false(fs__exists(tree));
	assert_true(fs__exists(kept));
	assert_int_equal(fs__rm_rf(tree), 0); /* it is no error if nothing is there */
	assert_int_equal(symlink("nowhere", tree), 0);
	assert_int_equal(fs__rm_rf(tree), 0);
	assert_int_equal(readlink(tree, (char[4]){ 0 }, 4), -1);
	assert_int_equal(fs__rm_rf(kept), 0); /* a file counts as a tree, too */
	assert_false(fs__exists(kept));
}

static void free_space(void **state)
{
	(void)state;
	assert_true(fs__free_bytes(dir) < UINT64_MAX);
	assert_true(fs__free_bytes("/no/such/place") == UINT64_MAX);
}

static void programs_are_found(void **state)
{
	_free_ char *old = xstrdup(getenv("PATH")), *prog = in("prog"), *shadow = in("bin/sh"),
		    *bin = in("bin"), *sh = fs__find_program("sh");

	(void)state;
	assert_non_null(sh);
	assert_int_equal(sh[0], '/');
	assert_null(fs__find_program("kduel-no-such-program"));
	assert_int_equal(fs__write_atomic(prog, "", 0), 0);
	assert_null(fs__find_program(prog)); /* not executable */
	assert_int_equal(chmod(prog, 0755), 0);
	_free_ char *found = fs__find_program(prog);

	assert_string_equal(found, prog);
	/* A directory of that name earlier in PATH is not a program. */
	assert_int_equal(fs__mkdir_p(shadow), 0);
	_free_ char *path = xasprintf("%s:%s", bin, old);

	setenv("PATH", path, 1);
	_free_ char *again = fs__find_program("sh");

	setenv("PATH", old, 1);
	assert_string_equal(again, sh);
	assert_null(fs__find_program(shadow));
}

/* The PATH of ordinary users lacks sbin, which has depmod and mke2fs. */
static void sbin_is_searched(void **state)
{
	_free_ char *old = xstrdup(getenv("PATH"));

	(void)state;
	setenv("PATH", "/no/such", 1);
	_free_ char *found = fs__find_program("ldconfig");

	unsetenv("PATH");
	_free_ char *unset = fs__find_program("ldconfig");

	setenv("PATH", old, 1);
	assert_non_null(found);
	assert_non_null(unset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_is_read),
		cmocka_unit_test(reads_are_bounded),
		cmocka_unit_test(kernel_files_are_read),
		cmocka_unit_test(what_cannot_be_read),
		cmocka_unit_test(read_below_a_descriptor),
		cmocka_unit_test(failed_writes_leave_nothing),
		cmocka_unit_test(poke_writes_existing_files_only),
		cmocka_unit_test(output_goes_through_what_is_no_file),
		cmocka_unit_test(directories_are_made),
		cmocka_unit_test(names_are_sorted_and_none_is_hidden),
		cmocka_unit_test(trees_are_removed_links_are_not_followed),
		cmocka_unit_test(free_space),
		cmocka_unit_test(programs_are_found),
		cmocka_unit_test(sbin_is_searched),
	};
	int failed;

	if (!mkdtemp(dir))
		return 1;
	failed = cmocka_run_group_tests_name("lib/fs", tests, NULL, NULL);
	return fs__rm_rf(dir) ? 1 : failed;
}
