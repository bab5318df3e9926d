// SPDX-License-Identifier: GPL-2.0-only
/* The root image, examined with debugfs: owners, content, and changes. */
/* run.sh: deadlines */
#include "tests/unit/fake_apt.h"

#include "runner/guest/root.h"
#include "runner/guest/program.h"

#include <dlfcn.h>
#include <nettle/sha2.h>

static struct guest_files own; /* for the next image */

/* Overrides the function of libnettle. Half a gigabyte of images is hashed here, nearly all of it
 * zeros, which takes valgrind most of a minute: of a chunk of zeros only one is hashed. */
void sha256_update(struct sha256_ctx *ctx, size_t n, const uint8_t *data)
{
	static void (*update)(struct sha256_ctx *, size_t, const uint8_t *);
	uint64_t word, any = n % sizeof(word);

	if (!update)
		*(void **)&update = dlsym(RTLD_NEXT, "nettle_sha256_update");
	for (size_t i = 0; !any && i < n; i += sizeof(word)) {
		memcpy(&word, data + i, sizeof(word));
		any |= word;
	}
	update(ctx, any || !n ? n : 1, data);
}

struct made {
	char *image, *changes;
	struct lock lock;
	struct err err;
	int ret;
};

static struct made make_of(const char *const *names, const struct lock *want)
{
	struct strvec packages = { 0 }, suites = { 0 };
	struct made m = { 0 };

	for (; *names; names++)
		strvec__push(&packages, *names);
	strvec__push(&suites, "bookworm");
	m.ret = guest__root_image(&packages, &suites, "arm64", &own, want, &m.lock, &m.image,
				  &m.changes, &m.err);
	strvec__release(&packages);
	strvec__release(&suites);
	return m;
}

static struct made make(const char *package, const struct lock *want)
{
	return make_of((const char *const[]){ package, NULL }, want);
}

static void unmake(struct made *m)
{
	free(m->image);
	free(m->changes);
	lock__release(&m->lock);
}

/* Output of one debugfs command; the caller frees. */
static char *look(const char *image, const char *request)
{
	const char *argv[] = { "debugfs", "-R", request, image, NULL };
	struct proc_opts o = { .argv = (char *const *)argv };
	struct proc_result res;
	char *out;

	assert_int_equal(proc__run(&o, &res), 0);
	assert_int_equal(res.status, 0);
	out = xstrdup(res.out);
	proc_result__release(&res);
	return out;
}

static void inside(void **state)
{
	struct made m = make("hello", NULL);
	_free_ char *hello = NULL, *bin = NULL, *tmp = NULL, *passwd = NULL, *share = NULL;
	_free_ char *text = NULL;

	(void)state;
	if (m.ret)
		fail_msg("%s", m.err.msg);
	assert_int_equal(m.lock.n, 2);
	assert_string_equal(m.changes, "");
	hello = look(m.image, "stat /usr/bin/hello");
	assert_non_null(strstr(hello, "User:     0   Group:     0"));
	assert_non_null(strstr(hello, "Mode:  04755"));
	text = look(m.image, "cat /usr/bin/hello");
	assert_string_equal(text, "hello\n");
	bin = look(m.image, "stat /bin");
	assert_non_null(strstr(bin, "Fast link dest: \"usr/bin\""));
	tmp = look(m.image, "stat /tmp");
	assert_non_null(strstr(tmp, "Mode:  01777"));
	passwd = look(m.image, "cat /etc/passwd");
	assert_true(str_starts(passwd, "root:x:0:0:"));
	share = look(m.image, "ls /usr/share");
	assert_null(strstr(share, "doc"));
	assert_int_equal(tool__run(&m.err, "check", "e2fsck", "-fn", m.image, NULL), 0);
	unmake(&m);
}

static void cached_by_lock(void **state)
{
	struct made m = make("hello", NULL), again = make("hello", NULL), locked;

	(void)state;
	assert_int_equal(m.ret, 0);
	assert_string_equal(m.image, again.image);
	assert_int_equal(fake_calls("apt-get -q download"), 1);
	fake_put("offline", "");
	fake_put("dropped", "");
	locked = make("hello", &m.lock);
	assert_int_equal(locked.ret, 0);
	assert_string_equal(m.image, locked.image);
	assert_int_equal(locked.lock.n, 2);
	unmake(&locked);
	unmake(&again);
	unmake(&m);
}

/* The archive changes: there is a new image, and the difference is reported. */
static void tells_changes(void **state)
{
	struct made m = make("hello", NULL), next, locked;
	_free_ char *path = fake_path("Packages"), *inst = fake_path("bin/apt-get");

	(void)state;
	assert_int_equal(m.ret, 0);
	assert_int_equal(tool__run(NULL, "edit", "sed", "-i", "s/^Version: 1.0-1$/Version: 1.0-2/",
				   path, NULL),
			 0);
	assert_int_equal(tool__run(NULL, "edit", "sed", "-i", "s/hello (1.0-1 /hello (1.0-2 /",
				   inst, NULL),
			 0);
	next = make("hello", NULL);
	if (next.ret)
		fail_msg("%s", next.err.msg);
	assert_string_equal(next.changes, "hello 1.0-1 -> 1.0-2\n");
	assert_string_not_equal(next.image, m.image);
	locked = make("hello", &m.lock);
	assert_string_equal(locked.image, m.image);
	assert_int_equal(tool__run(NULL, "edit", "sed", "-i", "s/^Version: 1.0-2$/Version: 1.0-1/",
				   path, NULL),
			 0);
	assert_int_equal(tool__run(NULL, "edit", "sed", "-i", "s/hello (1.0-2 /hello (1.0-1 /",
				   inst, NULL),
			 0);
	unmake(&locked);
	unmake(&next);
	unmake(&m);
}

/* A program that is in no package is compiled from the newest source package, which is in the
 * lock. */
static void program_from_source(void **state)
{
	static const char *const names[] = { "hello", "src:sqlite3", NULL };
	struct made m = make_of(names, NULL), again, locked, plain = make("hello", NULL);
	_free_ char *text = NULL;

	(void)state;
	if (m.ret)
		fail_msg("%s", m.err.msg);
	text = look(m.image, "cat /usr/bin/speedtest1");
	assert_string_equal(text, "main of 3.40.1-2\n");
	assert_int_equal(m.lock.n, 3);
	assert_string_equal(lock__find(&m.lock, "sqlite3", "source")->version, "3.40.1-2");
	assert_int_equal(plain.lock.n, 2);
	assert_string_not_equal(plain.image, m.image);
	fake_put("offline", "");
	fake_put("dropped", "");
	locked = make_of(names, &m.lock);
	assert_int_equal(locked.ret, 0);
	assert_string_equal(locked.image, m.image);
	again = make_of(names, &plain.lock);
	assert_int_equal(again.ret, -ENOENT);
	assert_non_null(strstr(again.err.msg, "package sqlite3 (source) is not in the lock"));
	unmake(&again);
	unmake(&locked);
	unmake(&plain);
	unmake(&m);
}

static void source_that_is_unknown(void **state)
{
	static const char *const names[] = { "hello", "src:nosuch", NULL };
	struct made m = make_of(names, NULL);
	struct err err = { 0 };

	(void)state;
	assert_int_equal(m.ret, -ENOENT);
	assert_non_null(strstr(m.err.msg, "nosuch for source in bookworm"));
	unmake(&m);
	assert_int_equal(program__build("nosuch", "x", "arm64", "y", &err), -ENOENT);
	assert_non_null(strstr(err.msg, "no program from source package nosuch is known"));
	assert_int_equal(program__build("sqlite3", "/nonexistent", "arm64", "y", &err), -EIO);
	assert_non_null(strstr(err.msg, "test/speedtest1.c of source package sqlite3: "));
}

/* The user's files are in the image, and the lock has an entry for them. */
static void own_files(void **state)
{
	_free_ char *from = fake_path("mine"), *text = NULL, *path = NULL, *keep = NULL;
	struct guest_file f = { (char *)"/opt/mine", from, (char *)"plan.yaml:3:4" };
	struct made m, other, wrong, plain = make("hello", NULL);

	(void)state;
	fake_put("mine", "first");
	own = (struct guest_files){ &f, 1 };
	m = make("hello", NULL);
	if (m.ret)
		fail_msg("%s", m.err.msg);
	assert_string_not_equal(m.image, plain.image);
	text = look(m.image, "cat /opt/mine");
	assert_string_equal(text, "first");
	path = look(m.image, "stat /opt/mine");
	assert_non_null(strstr(path, "User:     0   Group:     0"));
	assert_int_equal(m.lock.n, 3);
	assert_int_equal(strlen(lock__find(&m.lock, "guest-files", "files")->version), 12);
	fake_put("mine", "second");
	other = make("hello", NULL);
	assert_int_equal(other.ret, 0);
	assert_string_not_equal(other.image, m.image);
	assert_true(str_starts(other.changes, "guest-files "));
	wrong = make("hello", &m.lock);
	assert_int_equal(wrong.ret, -EINVAL);
	assert_non_null(strstr(wrong.err.msg, "plan.yaml:3:4: 'files': they differ from those"));
	unmake(&wrong);
	fake_put("mine", "first");
	wrong = make("hello", &m.lock);
	assert_int_equal(wrong.ret, 0);
	assert_string_equal(wrong.image, m.image);
	unmake(&wrong);
	unmake(&other);
	/* Without packages they are all that is in the image. */
	other = make(NULL, NULL);
	if (other.ret)
		fail_msg("%s", other.err.msg);
	keep = look(other.image, "cat /opt/mine");
	assert_string_equal(keep, "first");
	assert_int_equal(other.lock.n, 1);
	own = (struct guest_files){ 0 };
	unmake(&other);
	unmake(&m);
	unmake(&plain);
}

static void failures(void **state)
{
	struct made none = make(NULL, NULL), wrong = make("nosuch", NULL);

	(void)state;
	assert_int_equal(none.ret, 0);
	assert_null(none.image);
	assert_string_equal(none.changes, "");
	assert_int_equal(wrong.ret, -ENOENT);
	assert_non_null(strstr(wrong.err.msg, "nosuch"));
	assert_null(wrong.image);
	unmake(&none);
	unmake(&wrong);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(inside, fake_fresh),
		cmocka_unit_test_setup(cached_by_lock, fake_fresh),
		cmocka_unit_test_setup(tells_changes, fake_fresh),
		cmocka_unit_test_setup(program_from_source, fake_fresh),
		cmocka_unit_test_setup(source_that_is_unknown, fake_fresh),
		cmocka_unit_test_setup(own_files, fake_fresh),
		cmocka_unit_test_setup(failures, fake_fresh),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
