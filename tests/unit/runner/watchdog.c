// SPDX-License-Identifier: GPL-2.0-only
/* When a watchdog is fed, with a file in place of the device. */
#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/agent/watchdog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

struct device {
	char path[32];
	char *text; /* "PATH=SECONDS" */
};

static struct device make(unsigned int seconds)
{
	struct device d = { .path = "/tmp/kduel-dog-XXXXXX" };
	int fd = mkstemp(d.path);

	assert_true(fd >= 0);
	close(fd);
	d.text = xasprintf("%s=%u", d.path, seconds);
	return d;
}

/* Check what was written to the device so far. */
static void assert_written(const struct device *d, const char *want)
{
	_free_ char *text = NULL;

	assert_int_equal(fs__read(d->path, 100, &text, NULL), 0);
	assert_string_equal(text, want);
}

static void drop(struct device *d)
{
	unlink(d->path);
	free(d->text);
}

static void test_feed(void **state)
{
	(void)state;
	struct device d = make(60);
	struct watchdog w;
	_free_ char *said = NULL;
	struct err err;
	uint64_t due;

	assert_int_equal(watchdog__open(&w, d.text, &err), 0);
	assert_written(&d, "k");
	said = watchdog__describe(&w);
	assert_true(str_starts(said, "watchdog: /tmp/kduel-dog-"));
	assert_true(str_ends(said, "resets the machine after 1m00s without the agent"));
	/* It is not fed before it is due, which is later in a timed part. */
	due = watchdog__feed(&w, false);
	assert_int_equal(due, w.fed_ns + 20 * NSEC_PER_SEC);
	assert_int_equal(watchdog__due(&w, true), w.fed_ns + 40 * NSEC_PER_SEC);
	assert_written(&d, "k");
	w.fed_ns -= 30 * NSEC_PER_SEC;
	(void)watchdog__feed(&w, true);
	assert_written(&d, "k");
	(void)watchdog__feed(&w, false);
	assert_written(&d, "kk");
	w.fed_ns -= 41 * NSEC_PER_SEC;
	(void)watchdog__feed(&w, true);
	assert_written(&d, "kkk");
	watchdog__close(&w);
	assert_written(&d, "kkkV");
	watchdog__close(&w);
	assert_int_equal(watchdog__feed(&w, false), UINT64_MAX);
	drop(&d);
}

/* Even with a long timeout it is fed every 30 seconds. */
static void test_often_enough(void **state)
{
	(void)state;
	struct device d = make(3600);
	struct watchdog w;
	struct err err;

	assert_int_equal(watchdog__open(&w, d.text, &err), 0);
	assert_int_equal(watchdog__due(&w, false), w.fed_ns + 30 * NSEC_PER_SEC);
	watchdog__close(&w);
	drop(&d);
}

static void test_mistakes(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "/dev/null", "/dev/null=", "/dev/null=0",
					   "/dev/null=-1" };
	struct watchdog w;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(watchdog__open(&w, bad[i], &err), -EINVAL);
		watchdog__close(&w);
	}
	assert_int_equal(watchdog__open(&w, "/tmp=60", &err), -EISDIR);
	assert_non_null(strstr(err.msg, "/tmp cannot be opened"));
	watchdog__close(&w);
}

/* A kernel without the driver is measured all the same, with a message. */
static void test_missing(void **state)
{
	struct watchdog w;
	struct err err;
	_free_ char *text = NULL;

	(void)state;
	assert_int_equal(watchdog__open(&w, "/nonexistent/dog=60", &err), 0);
	text = watchdog__describe(&w);
	assert_non_null(strstr(text, "this kernel has no /nonexistent/dog"));
	assert_int_equal(watchdog__feed(&w, false), UINT64_MAX);
	watchdog__close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_feed),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_often_enough),
		cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
