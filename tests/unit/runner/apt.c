// SPDX-License-Identifier: GPL-2.0-only
/* The private apt directory with a small archive: lists, resolution, downloads, locks. */
/* run.sh: deadlines */
#include "tests/unit/fake_apt.h"

#include "runner/host/cache.h"
#include "runner/packages/fetch.h"
#include "runner/packages/query.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct apt *open_bookworm(bool *stale, struct err *err)
{
	struct strvec suites = { 0 };
	struct apt *apt;
	int e;

	strvec__push_all(&suites, "bookworm", "bookworm-security", NULL);
	e = apt__open("arm64", &suites, stale, &apt, err);
	strvec__release(&suites);
	assert_true(!e == (apt != NULL));
	return apt;
}

static void hello_lock(struct apt *apt, struct lock *lock)
{
	struct strvec names = { 0 };
	struct err err = { 0 };

	strvec__push(&names, "hello");
	assert_int_equal(apt__resolve(apt, &names, true, NULL, lock, &err), 0);
	strvec__release(&names);
}

static void age_stamp(void)
{
	_free_ char *stamp = cache__path("apt/arm64-bookworm+bookworm-security/updated");
	struct timespec long_ago[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };

	assert_int_equal(utimensat(AT_FDCWD, stamp, long_ago, 0), 0);
}

static void configuration(void **state)
{
	_free_ char *dir = cache__path("apt/arm64-bookworm+bookworm-security");
	_free_ char *sources = xasprintf("%s/etc/sources.list", dir), *text = NULL;
	_free_ char *conf = xasprintf("%s/apt.conf", dir), *conf_text = NULL;
	struct apt *apt = open_bookworm(NULL, NULL);

	(void)state;
	apt__close(apt);
	assert_int_equal(fs__read(sources, 4096, &text, NULL), 0);
	assert_non_null(strstr(text, "http://mirror.example/debian bookworm main\n"));
	assert_non_null(strstr(text, "/debian-security bookworm-security main\n"));
	assert_int_equal(fs__read(conf, 8192, &conf_text, NULL), 0);
	assert_non_null(strstr(conf_text, "Acquire::http::Proxy \"http://proxy.example:3128/\";"));
	/* Host settings that weaken signature checks are not taken over. */
	assert_null(strstr(conf_text, "AllowInsecure"));
}

static void lists_are_kept_for_an_hour(void **state)
{
	(void)state;
	apt__close(open_bookworm(NULL, NULL));
	apt__close(open_bookworm(NULL, NULL));
	assert_int_equal(fake_calls("apt-get -q update"), 1);
	age_stamp();
	apt__close(open_bookworm(NULL, NULL));
	assert_int_equal(fake_calls("apt-get -q update"), 2);
}

static void stale_lists_serve_without_network(void **state)
{
	struct err err = { 0 };
	bool stale = false;

	(void)state;
	fake_put("offline", "");
	assert_null(open_bookworm(&stale, &err));
	assert_non_null(strstr(err.msg, "Failed to fetch"));
	fake_remove("offline");
	apt__close(open_bookworm(&stale, NULL));
	assert_false(stale);
	fake_put("offline", "");
	age_stamp();
	apt__close(open_bookworm(&stale, NULL));
	assert_true(stale);
}

static void strange_suites(void **state)
{
	static const char *const bad[] = { "", "../x", "a b", "-o", "x]" };
	struct err err = { 0 };
	struct apt *apt;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct strvec suites = { 0 };

		strvec__push(&suites, bad[i]);
		assert_int_equal(apt__open("arm64", &suites, NULL, &apt, &err), -EINVAL);
		strvec__release(&suites);
	}
}

static void resolves_closure(void **state)
{
	struct apt *apt = open_bookworm(NULL, NULL);
	struct lock lock = { 0 };
	struct strvec names = { 0 };
	struct err err = { 0 };

	(void)state;
	hello_lock(apt, &lock);
	assert_int_equal(lock.n, 2);
	assert_string_equal(lock__find(&lock, "libhello", "arm64")->version, "1:2.0-1");
	assert_string_equal(lock__find(&lock, "hello", "all")->version, "1.0-1");
	strvec__push(&names, "nosuch");
	assert_int_equal(apt__resolve(apt, &names, true, NULL, &lock, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "nosuch"));
	assert_int_equal(apt__resolve(apt, &names, false, NULL, &lock, &err), -ENOENT);
	strvec__release(&names);
	lock__release(&lock);
	apt__close(apt);
}

static void downloads_once_and_mends(void **state)
{
	struct apt *apt = open_bookworm(NULL, NULL);
	struct strvec files = { 0 };
	struct lock lock = { 0 };
	struct err err = { 0 };

	(void)state;
	hello_lock(apt, &lock);
	assert_int_equal(apt__fetch(apt, &lock, &files, &err), 0);
	assert_int_equal(files.n, 2);
	assert_true(str_ends(files.v[0], "/libhello_1%3a2.0-1_arm64.deb"));
	assert_int_equal(apt__fetch(apt, &lock, &files, &err), 0);
	assert_int_equal(fake_calls("apt-get -q download"), 1);
	assert_int_equal(fs__write_atomic(files.v[1], "rot", 3), 0);
	assert_false(apt__cached(&lock, NULL));
	assert_int_equal(apt__fetch(apt, &lock, &files, &err), 0);
	assert_int_equal(fake_calls("apt-get -q download"), 2);
	assert_true(apt__cached(&lock, NULL));
	strvec__release(&files);
	lock__release(&lock);
	apt__close(apt);
}

static void refuses_other_content(void **state)
{
	struct apt *apt = open_bookworm(NULL, NULL);
	_free_ char *deb = fake_path("debs/hello_1.0-1_all.deb"), *good = NULL;
	struct strvec files = { 0 };
	struct lock lock = { 0 };
	struct err err = { 0 };
	size_t len;

	(void)state;
	hello_lock(apt, &lock);
	assert_int_equal(fs__read(deb, 1 << 20, &good, &len), 0);
	assert_int_equal(fs__write_atomic(deb, "evil", 4), 0);
	assert_int_equal(apt__fetch(apt, &lock, &files, &err), -EIO);
	assert_int_equal(fs__write_atomic(deb, good, len), 0);
	assert_non_null(strstr(err.msg, "hello version 1.0-1"));
	assert_false(apt__cached(&lock, NULL));
	strvec__release(&files);
	lock__release(&lock);
	apt__close(apt);
}

static void locked_versions(void **state)
{
	struct apt *apt = open_bookworm(NULL, NULL);
	struct lock want = { 0 }, lock = { 0 };
	struct strvec names = { 0 }, files = { 0 };
	struct err err = { 0 };

	(void)state;
	hello_lock(apt, &want);
	lock__add(&want, "linux-image-6.18.15+deb13-cloud-arm64", "1", "arm64", "");
	strvec__push(&names, "hello");
	assert_int_equal(apt__resolve(apt, &names, true, &want, &lock, &err), 0);
	assert_int_equal(lock.n, 2); /* without the campaign's kernel */
	fake_put("dropped", "");
	assert_int_equal(apt__fetch(apt, &lock, &files, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "hello version 1.0-1 (all"));
	fake_remove("dropped");
	strvec__release(&files);
	assert_int_equal(apt__fetch(apt, &lock, &files, &err), 0);
	/* A package in the cache may disappear from the mirror. */
	fake_put("dropped", "");
	assert_int_equal(apt__fetch(apt, &lock, &files, &err), 0);
	strvec__push(&names, "another");
	assert_int_equal(apt__resolve(apt, &names, true, &want, &lock, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "another"));
	strvec__release(&files);
	strvec__release(&names);
	lock__release(&want);
	lock__release(&lock);
	apt__close(apt);
}

static void unpacks_into_merged_tree(void **state)
{
	_free_ char *deb = fake_path("debs/hello_1.0-1_all.deb"), *dir = fake_path("cache/tree");
	_free_ char *usr_bin = xasprintf("%s/usr/bin", dir), *bin = xasprintf("%s/bin", dir);
	_free_ char *hello = xasprintf("%s/usr/bin/hello", dir);
	struct err err = { 0 };
	struct stat st;

	(void)state;
	assert_int_equal(fs__mkdir_p(usr_bin), 0);
	assert_int_equal(symlink("usr/bin", bin), 0);
	assert_int_equal(apt__unpack(deb, dir, &err), 0);
	assert_int_equal(lstat(bin, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(hello, &st), 0);
	assert_int_equal(st.st_mode & 07777, 04755);
	assert_int_equal(apt__unpack("tests/data/apt/show.txt", dir, &err), -EIO);
	assert_non_null(strstr(err.msg, "show.txt"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(configuration, fake_fresh),
		cmocka_unit_test_setup(lists_are_kept_for_an_hour, fake_fresh),
		cmocka_unit_test_setup(stale_lists_serve_without_network, fake_fresh),
		cmocka_unit_test_setup(strange_suites, fake_fresh),
		cmocka_unit_test_setup(resolves_closure, fake_fresh),
		cmocka_unit_test_setup(downloads_once_and_mends, fake_fresh),
		cmocka_unit_test_setup(refuses_other_content, fake_fresh),
		cmocka_unit_test_setup(locked_versions, fake_fresh),
		cmocka_unit_test_setup(unpacks_into_merged_tree, fake_fresh),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
