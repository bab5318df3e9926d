// SPDX-License-Identifier: GPL-2.0-only
/* The user's own files for a guest: refused, copied, hashed, seen to change, and installed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "runner/guest/files.h"
#include "runner/host/arch.h"

#include <elf.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char top[] = "/tmp/kduel-files.XXXXXX";

/* A path below the test's directory. The caller frees. */
static char *at(const char *name)
{
	return xasprintf("%s/%s", top, name);
}

static void put(const char *name, const char *text)
{
	_free_ char *path = at(name), *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));

	assert_int_equal(fs__mkdir_p(dir), 0);
	assert_int_equal(fs__write_atomic(path, text, strlen(text)), 0);
}

static int setup(void **state __unused)
{
	snprintf(top, sizeof(top), "/tmp/kduel-files.XXXXXX");
	return mkdtemp(top) ? 0 : -1;
}

static int teardown(void **state __unused)
{
	return fs__rm_rf(top);
}

static int check(const char *name, struct err *err)
{
	_free_ char *from = at(name);
	const struct guest_file f = { .to = (char *)"/opt/x", .from = from };
	uint64_t bytes = 0;
	size_t n = 0;

	return guest_files__check(&f, &n, &bytes, err);
}

/* Copy one entry into a fresh directory; 64 hex digits, or "" with the reason in `err`. */
static const char *copy(const char *name, const char *dir, struct err *err)
{
	static char hex[65];
	_free_ char *from = at(name), *to = at(dir);
	struct guest_file f = { .to = (char *)"/opt/x", .from = from, .where = (char *)"p:1:2" };
	const struct guest_files files = { &f, 1 };

	assert_int_equal(fs__rm_rf(to), 0);
	assert_int_equal(fs__mkdir_p(to), 0);
	return guest_files__copy(&files, to, hex, err) ? "" : hex;
}

static void expect_place(const char *to, const char *why)
{
	const char *found = guest_files__check_place(to);

	if (!why)
		assert_null(found);
	else if (!found || !strstr(found, why))
		fail_msg("%s: expected '%s', found '%s'", to, why, found ? found : "nothing wrong");
}

static void places(void **state __unused)
{
	char long_path[2000];

	memset(long_path, 'a', sizeof(long_path));
	long_path[0] = '/';
	long_path[300] = '\0';
	expect_place(long_path, "a part of the path is too long");
	long_path[300] = 'a';
	long_path[sizeof(long_path) - 1] = '\0';
	expect_place(long_path, "the path is too long");
	expect_place("/opt/bench", NULL);
	expect_place("/usr/local/bin/.x..y", NULL);
	expect_place("/devices/x", NULL);
	expect_place("", "absolute path");
	expect_place("/", "absolute path");
	expect_place("opt", "absolute path");
	expect_place("/opt/", "empty parts");
	expect_place("//opt", "empty parts");
	expect_place("/opt/./x", "'.'");
	expect_place("/opt/..", "'..'");
	expect_place("/opt/a\nb", "control characters");
	expect_place("/opt/\033[2J", "control characters");
	expect_place("/opt/\x7f", "control characters");
	expect_place("/opt/a b\xc3\xbc", NULL);
	expect_place("/dev", "mounts");
	expect_place("/proc/x", "mounts");
	expect_place("/tmp/x", "mounts");
	expect_place("/init", "kduel's own");
	expect_place("/modules/x.ko", "kduel's own");
}

static void expect_refused(const char *name, int ret, const char *why)
{
	struct err err = { 0 };

	assert_int_equal(check(name, &err), ret);
	if (!strstr(err.msg, why))
		fail_msg("expected '%s' in '%s'", why, err.msg);
}

static void refused(void **state __unused)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	_free_ char *fifo = at("fifo/in/f"), *link = at("link"), *sock = at("sock"),
		    *deep = at("d");
	_close_ int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct err err;

	put("fifo/in/ordinary", "");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	expect_refused("fifo", -EINVAL, "/fifo/in/f is a FIFO: a guest can be given files");
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", sock);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	expect_refused("sock", -EINVAL, "/sock is a socket");
	assert_int_equal(symlink("fifo", link), 0);
	expect_refused("link", -EINVAL, "/link is a symbolic link, which is not followed");
	expect_refused("none", -ENOENT, "/none: No such file");
	expect_refused("../../dev/null", -EINVAL, "is a device");
	expect_refused("../../proc/version", -EINVAL, "/proc/version has size 0, but is not empty");
	for (size_t i = 0; i < 70; i++) {
		_free_ char *shorter = deep;

		deep = xasprintf("%s/d", shorter);
	}
	assert_int_equal(fs__mkdir_p(deep), 0);
	expect_refused("d", -EINVAL, "nested deeper than 64");
	put("sparse", "");
	{
		_free_ char *sparse = at("sparse");

		assert_int_equal(truncate(sparse, (2ll << 30)), 0);
	}
	expect_refused("sparse", -EINVAL,
		       "/sparse: the limit of 1024 MiB for all files is exceeded");
	/* The copy has the same limits, as files may have changed since the check. */
	assert_string_equal(copy("fifo", "copy", &err), "");
	assert_true(str_starts(err.msg, "p:1:2: 'files': "));
	assert_non_null(strstr(err.msg, "/fifo/in/f is a FIFO"));
}

static void bounded(void **state __unused)
{
	_free_ char *from = at("f");
	const struct guest_file f = { .to = (char *)"/opt/x", .from = from };
	uint64_t bytes = GUEST_FILES_BYTES - 3;
	size_t n = GUEST_FILES_MAX - 1;
	struct err err;

	put("f", "abc");
	assert_int_equal(guest_files__check(&f, &n, &bytes, &err), 0);
	assert_int_equal(n, GUEST_FILES_MAX);
	assert_int_equal(bytes, GUEST_FILES_BYTES);
	assert_int_equal(guest_files__check(&f, &n, &bytes, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "/f: the limit of 10000 files is exceeded"));
	n = 0;
	assert_int_equal(guest_files__check(&f, &n, &bytes, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "/f: the limit of 1024 MiB for all files is exceeded"));
}

/* The hash covers names, modes, contents and link targets, and nothing else. */
static void hashed(void **state __unused)
{
	_free_ char *link = at("e/l"), *file = at("e/f"), *again = at("e/g");
	char first[65];
	struct err err;

	put("e/f", "one");
	assert_int_equal(symlink("/etc/shadow", link), 0);
	snprintf(first, sizeof(first), "%s", copy("e", "copy", &err));
	assert_int_equal(strlen(first), 64);
	assert_int_equal(utimensat(AT_FDCWD, file,
				   (struct timespec[2]){ { .tv_sec = 1 }, { 1, 0 } }, 0),
			 0);
	assert_string_equal(copy("e", "copy", &err), first);
	assert_int_equal(chmod(file, 0755), 0);
	assert_string_not_equal(copy("e", "copy", &err), first);
	assert_int_equal(chmod(file, 0644), 0);
	assert_string_equal(copy("e", "copy", &err), first);
	put("e/f", "two");
	assert_string_not_equal(copy("e", "copy", &err), first);
	put("e/f", "one");
	assert_int_equal(rename(file, again), 0);
	assert_string_not_equal(copy("e", "copy", &err), first);
	assert_int_equal(rename(again, file), 0);
	assert_string_equal(copy("e", "copy", &err), first);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_string_not_equal(copy("e", "copy", &err), first);
}

static void expect_text(const char *name, const char *text)
{
	_free_ char *path = at(name), *found = NULL;

	assert_int_equal(fs__read(path, 4096, &found, NULL), 0);
	assert_string_equal(found, text);
}

/* Symlinks of the tree are followed as the guest would; a symlink of the user's stays one. */
static void installed(void **state __unused)
{
	_free_ char *from = at("e"), *one = at("one"), *to = at("copy"), *tree = at("tree");
	_free_ char *bin = at("tree/bin"), *link = at("e/l"), *kept = at("tree/usr/bin/l");
	_free_ char *run = at("e/run"), *out = at("tree/usr/bin/run"), *away = at("tree/away");
	struct guest_file v[] = { { (char *)"/bin", from, (char *)"p:1:1" },
				  { (char *)"/opt/deep/one", one, (char *)"p:2:1" },
				  { (char *)"/away/x", one, (char *)"p:3:1" } };
	const struct guest_files files = { v, ARRAY_SIZE(v) };
	char hex[65], target[64] = "";
	struct stat st;
	struct err err;

	put("e/run", "mine");
	assert_int_equal(chmod(run, 04711), 0);
	put("e/sub/f", "sub");
	assert_int_equal(symlink("/etc/shadow", link), 0);
	put("one", "1");
	put("tree/usr/bin/run", "theirs");
	put("tree/usr/bin/other", "other");
	put("outside/y", "outside");
	assert_int_equal(symlink("usr/bin", bin), 0);
	assert_int_equal(symlink("../outside", away), 0);
	assert_int_equal(fs__mkdir_p(to), 0);
	assert_int_equal(guest_files__copy(&files, to, hex, &err), 0);
	/* A symlink that leads out of the tree is resolved inside of it, as in the guest: its
	 * target is created there. */
	assert_int_not_equal(guest_files__install(&files, to, tree, &err), 0);
	assert_true(str_starts(err.msg, "p:3:1: 'files': /away/x: "));
	expect_text("tree/usr/bin/run", "mine");
	expect_text("tree/usr/bin/other", "other");
	expect_text("tree/usr/bin/sub/f", "sub");
	expect_text("tree/opt/deep/one", "1");
	assert_int_equal(stat(out, &st), 0);
	assert_int_equal(st.st_mode & 07777, 04711);
	assert_true(readlink(kept, target, sizeof(target) - 1) > 0);
	assert_string_equal(target, "/etc/shadow");
	assert_int_equal(access("/tmp/outside", F_OK), -1);
}

static void clashes(void **state __unused)
{
	_free_ char *one = at("one"), *to = at("copy"), *tree = at("tree");
	struct guest_file f = { (char *)"/usr/bin", one, (char *)"p:1:1" };
	const struct guest_files files = { &f, 1 };
	char hex[65];
	struct err err;

	put("one", "1");
	put("tree/usr/bin/run", "theirs");
	assert_int_equal(fs__mkdir_p(to), 0);
	assert_int_equal(guest_files__copy(&files, to, hex, &err), 0);
	assert_int_not_equal(guest_files__install(&files, to, tree, &err), 0);
	assert_string_equal(err.msg,
			    "p:1:1: 'files': /usr/bin: a file and a directory of the guest "
			    "have the same path there");
	f.to = (char *)"/usr/bin/run/x";
	assert_int_not_equal(guest_files__install(&files, to, tree, &err), 0);
	assert_non_null(strstr(err.msg, "/usr/bin/run/x: a file and a directory"));
}

static void vanished(void **state __unused)
{
	_free_ char *path = at("gone");
	struct err err;

	put("gone", "x");
	assert_int_equal(check("gone", &err), 0);
	assert_int_equal(unlink(path), 0);
	assert_string_equal(copy("gone", "copy", &err), "");
	assert_non_null(strstr(err.msg, "/gone vanished while it was copied"));
}

static atomic_bool begun, enough;

/* Append to the file until the test has noticed it. */
static void *append(void *arg)
{
	_close_ int fd = open(arg, O_WRONLY | O_APPEND | O_CLOEXEC);

	while (!enough)
		begun = write(fd, "x", 1) == 1;
	return NULL;
}

static void changed(void **state __unused)
{
	_free_ char *path = at("log");
	pthread_t thread;
	struct err err;
	bool seen = false;

	put("log", "begin");
	assert_int_equal(truncate(path, 16 << 20), 0);
	assert_int_equal(pthread_create(&thread, NULL, append, path), 0);
	while (!begun)
		sched_yield();
	/* The writer may not get a CPU during one copy, but will during one of several. */
	for (int i = 0; !seen && i < 50; i++)
		seen = !*copy("log", "copy", &err);
	enough = true;
	pthread_join(thread, NULL);
	assert_true(seen);
	assert_non_null(strstr(err.msg, "/log changed while it was copied"));
}

/* Which machine is an executable for? Anything without a complete ELF header is for none. */
static void programs(void **state __unused)
{
	Elf64_Ehdr h = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB },
			 .e_machine = EM_AARCH64 };
	_free_ char *path = at("program");
	const struct arch *arch;

	assert_int_equal(fs__write_atomic(path, &h, sizeof(h)), 0);
	arch = arch__of_program(path);
	assert_non_null(arch);
	assert_string_equal(arch->deb, ARCH_ARM64);
	h.e_machine = EM_X86_64;
	assert_int_equal(fs__write_atomic(path, &h, sizeof(h)), 0);
	arch = arch__of_program(path);
	assert_non_null(arch);
	assert_string_equal(arch->deb, ARCH_AMD64);
	h.e_machine = EM_S390;
	assert_int_equal(fs__write_atomic(path, &h, sizeof(h)), 0);
	assert_null(arch__of_program(path));
	h.e_machine = EM_X86_64;
	assert_int_equal(fs__write_atomic(path, &h, sizeof(h) - 1), 0);
	assert_null(arch__of_program(path));
	h.e_ident[EI_DATA] = ELFDATA2MSB;
	assert_int_equal(fs__write_atomic(path, &h, sizeof(h)), 0);
	assert_null(arch__of_program(path));
	put("program", "#!/bin/sh\n");
	assert_null(arch__of_program(path));
	assert_null(arch__of_program(top));
	assert_null(arch__of_program("/nowhere"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test_setup_teardown(refused, setup, teardown),
		cmocka_unit_test_setup_teardown(bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(hashed, setup, teardown),
		cmocka_unit_test_setup_teardown(installed, setup, teardown),
		cmocka_unit_test_setup_teardown(clashes, setup, teardown),
		cmocka_unit_test_setup_teardown(vanished, setup, teardown),
		cmocka_unit_test_setup_teardown(changed, setup, teardown),
		cmocka_unit_test_setup_teardown(programs, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
