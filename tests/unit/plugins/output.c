// SPDX-License-Identifier: GPL-2.0-only
/* What fio, perf bench and /proc/crypto print, recorded, and what must not be taken for it. */
#include "lib/fs.h"
#include "workloads/support/crypto_list.h"
#include "workloads/output/fio_json.h"
#include "workloads/output/perf_bench.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NEAR(a, b) assert_true(fabs((a) - (double)(b)) <= 1e-6 * fabs((double)(b)))

static char *load(const char *name, size_t *len)
{
	_free_ char *path = xasprintf("tests/data/%s", name);
	char *text;

	if (fs__read(path, 1u << 20, &text, len))
		fail_msg("cannot read %s: run the test from the top directory", path);
	return text;
}

static void fio_of_one_job(void **state __unused)
{
	size_t len;
	_free_ char *text = load("fio/ok.json", &len);
	struct fio_write w;
	struct err err;

	assert_int_equal(fio_json__write(text, len, &w, &err), 0);
	assert_string_equal(w.version, "fio-3.33");
	assert_int_equal(w.io_bytes, 64 << 20);
	assert_int_equal(w.total_ios, 16384);
	NEAR(w.iops, 399609.756098);
	NEAR(w.bw, 1598439);
	NEAR(w.clat_mean_ns, 2062.552979);
	NEAR(w.clat_p99_ns, 14400);
}

/* Three documents in one file: one a second and the final one, which alone is complete. */
static void fio_last_document_counts(void **state __unused)
{
	size_t len;
	_free_ char *text = load("fio/intervals.json", &len);
	const char *last;
	struct fio_write w;
	struct err err;

	assert_int_equal(fio_json__write(text, len, &w, &err), 0);
	assert_int_equal(w.io_bytes, 64 << 20);
	/* Cut anywhere in the last one: the one before it is no result. */
	last = strstr(strstr(text + 1, "\n{\n") + 1, "\n{\n") + 1;
	for (size_t n = (size_t)(last - text) + 1; n < len - 3; n += 7)
		assert_int_equal(fio_json__write(text, n, &w, &err), -EPROTO);
}

static void fio_failure_inside_valid_json(void **state __unused)
{
	size_t len;
	_free_ char *text = load("fio/no-space.json", &len);
	struct fio_write w;
	struct err err;

	assert_true(str_starts(text, "fio: ")); /* messages come first in the same file */
	assert_int_equal(fio_json__write(text, len, &w, &err), -EIO);
	assert_non_null(strstr(err.msg, "error 28 (No space left on device)"));
}

static void fio_rubbish(void **state __unused)
{
	static const char *const bad[] = {
		"",
		"{",
		"{}",
		"[]",
		"{\"fio version\": \"x\"}",
		"{\"jobs\": []}",
		"{\"fio version\": \"x\", \"jobs\": [{}]}",
		"{\"fio version\": \"x\", \"jobs\": [{\"error\": 0}]}",
		"{\"fio version\": \"x\", \"jobs\": [{\"error\": 0, \"write\": {\"bw\": 1}}]}",
		"{\"fio version\": \"x\", \"jobs\": [{\"error\": 0, \"write\": {\"iops\": -1}}]}",
		"{\"fio version\": 3, \"jobs\": 7}",
	};
	struct fio_write w;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		err.msg[0] = '\0';
		assert_int_equal(fio_json__write(bad[i], strlen(bad[i]), &w, &err), -EPROTO);
		assert_true(str_starts(err.msg, "fio: "));
	}
}

static void perf_bench_output(void **state __unused)
{
	_free_ char *processes = load("perf/messaging.txt", NULL);
	_free_ char *threads = load("perf/messaging-threads.txt", NULL);
	struct perf_bench b;
	struct err err;

	assert_int_equal(perf_bench__parse(processes, &b, &err), 0);
	assert_int_equal(b.groups, 3);
	assert_int_equal(b.tasks, 120);
	NEAR(b.seconds, 0.096);
	assert_int_equal(perf_bench__parse(threads, &b, &err), 0);
	assert_int_equal(b.groups, 1);
	assert_int_equal(b.tasks, 40);
}

static void perf_bench_rubbish(void **state __unused)
{
	static const char *const bad[] = {
		"",
		" groups == ",
		"x groups == 40 processes run\nTotal time: 1 [sec]",
		"1 groups == processes run\nTotal time: 1 [sec]",
		"1 groups == 40 processes run\n",
		"1 groups == 40 processes run\nTotal time: [sec]",
		"1 groups == 40 processes run\nTotal time: nan [sec]",
		"1 groups == 40 processes run\nTotal time: 1.0 [msec]",
		"1 groups == 40 processes run\nTotal time: -1 [sec]",
		"99999999999 groups == 40 processes run\nTotal time: 1.0 [sec]",
	};
	struct perf_bench b;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (perf_bench__parse(bad[i], &b, &err) != -EPROTO)
			fail_msg("accepted '%s'", bad[i]);
}

static void crypto_driver_of_highest_priority(void **state __unused)
{
	_free_ char *text = load("proc/crypto-6.18-arm64.txt", NULL);
	char driver[64];

	assert_int_equal(crypto_list__driver(text, "xts(aes)", driver, sizeof(driver)), 0);
	assert_string_equal(driver, "xts-aes-ce");
	assert_int_equal(crypto_list__driver(text, "xts(aes", driver, sizeof(driver)), -ENOENT);
	assert_int_equal(crypto_list__driver(text, "aes-ce", driver, sizeof(driver)), -ENOENT);
	assert_int_equal(crypto_list__driver("", "xts(aes)", driver, sizeof(driver)), -ENOENT);
	assert_int_equal(crypto_list__driver("name : a\ndriver : low\npriority : 1\n\n"
					     "name : a\ndriver : high\npriority : 30\n\n"
					     "name : b\ndriver : other\npriority : 99\n\n"
					     "name : a\ndriver : mid\npriority : 4\n",
					     "a", driver, sizeof(driver)),
			 0);
	assert_string_equal(driver, "high");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fio_of_one_job),
		cmocka_unit_test(fio_last_document_counts),
		cmocka_unit_test(fio_failure_inside_valid_json),
		cmocka_unit_test(fio_rubbish),
		cmocka_unit_test(perf_bench_output),
		cmocka_unit_test(perf_bench_rubbish),
		cmocka_unit_test(crypto_driver_of_highest_priority),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
