// SPDX-License-Identifier: GPL-2.0-only
/* Recorded output of fio, perf bench and /proc/crypto, and output that must not be mistaken for
 * it. */
#include "lib/fs.h"
#include "tests/unit/valgrind.h"
#include "workloads/support/crypto_list.h"
#include "workloads/output/fio_json.h"
#include "workloads/output/formats.h"
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

/* Three documents in one file: one per second and the final one, which alone is complete. */
static void fio_last_document_counts(void **state __unused)
{
	size_t len;
	_free_ char *text = load("fio/intervals.json", &len);
	const char *last;
	struct fio_write w;
	struct err err;

	assert_int_equal(fio_json__write(text, len, &w, &err), 0);
	assert_int_equal(w.io_bytes, 64 << 20);
	/* Truncated anywhere in the last document: the one before it is not a result. */
	last = strstr(strstr(text + 1, "\n{\n") + 1, "\n{\n") + 1;
	for (size_t n = (size_t)(last - text) + 1; n < len - 3; n += under_valgrind() ? 70 : 7)
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

/* The interpretation by fio and jq of two jobs that were not grouped, and of a failure in the
 * second only. */
static void fio_several(void **state __unused)
{
	size_t len;
	_free_ char *two = load("fio/two-jobs.json", &len);
	_free_ char *mixed = load("fio/normal-and-json.txt", NULL);
	_free_ char *one = load("fio/ok.json", NULL), *both = xasprintf("%s%s", one, mixed);
	_free_ char *failed = NULL;
	struct fio_write w;
	struct err err;
	size_t at = 0;
	char *second;

	assert_int_equal(fio_json__write(two, len, &w, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "2 jobs or groups"));
	second = strstr(strstr(two, "\"error\" : 0") + 1, "\"error\" : 0");
	second[strlen("\"error\" : ")] = '5';
	assert_int_equal(fio_json__write(two, len, &w, &err), -EIO);
	assert_non_null(strstr(err.msg, "jobs[1] failed with error 5 (Input/output error)"));
	/* Two runs, the second with fio's normal output before and after its document. */
	assert_int_equal(fio_json__next(both, strlen(both), &at, &w, &err), 0);
	NEAR(w.iops, 399609.756098);
	assert_int_equal(fio_json__next(both, strlen(both), &at, &w, &err), 0);
	NEAR(w.iops, 256000);
	assert_int_equal(fio_json__next(both, strlen(both), &at, &w, &err), -ENOENT);
	assert_int_equal(fio_json__write(both, strlen(both), &w, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "more than one run"));
	/* A message about an error that is not in the document. */
	failed = xasprintf("fio: pid=7, err=5/file:io_u.c:1889, func=io_u error\n%s", one);
	assert_int_equal(fio_json__write(failed, strlen(failed), &w, &err), -EIO);
	assert_non_null(strstr(err.msg, "err=5"));
}

/* Written by hand in the format of fio 2, which counts in KiB and microseconds. */
static void fio_2(void **state __unused)
{
	static const char text[] =
		"{\"fio version\": \"fio-2.16\", \"jobs\": [{\"jobname\": \"w\", \"error\": 0, "
		"\"write\": {\"io_bytes\": 4096, \"bw\": 4000, \"iops\": 1000.5, \"runtime\": 1024,"
		" \"total_ios\": 1024, \"clat\": {\"min\": 1, \"max\": 9, \"mean\": 2.5, "
		"\"percentile\": {\"99.000000\": 7}}}}]}";
	static const char reads[] =
		"{\"fio version\": \"fio-3.36\", \"jobs\": [{\"error\": 0, \"read\": {\"total_ios\": 7},"
		" \"write\": {\"total_ios\": 0}}]}";
	static const char over[] = "{\"fio version\": \"fio-3.36\", \"jobs\": [{\"error\": 0, "
				   "\"total_err\": 3, \"first_error\": 28}]}";
	struct fio_write w;
	struct err err;

	assert_int_equal(fio_json__write(text, strlen(text), &w, &err), 0);
	assert_int_equal(w.io_bytes, 4096 << 10);
	NEAR(w.clat_mean_ns, 2500);
	NEAR(w.clat_p99_ns, 7000);
	NEAR(w.iops, 1000.5);
	assert_int_equal(fio_json__write(reads, strlen(reads), &w, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "read but did not write"));
	assert_int_equal(fio_json__write(over, strlen(over), &w, &err), -EIO);
	assert_non_null(strstr(err.msg, "went over 3 errors"));
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

/* Other benchmarks come before and after it, in one collection or one file. */
static void perf_bench_among_others(void **state __unused)
{
	_free_ char *all = load("perf/sched-all.txt", NULL);
	_free_ char *hackbench = load("perf/hackbench.txt", NULL);
	_free_ char *one = load("perf/messaging.txt", NULL);
	static const char pipe[] =
		"# Running 'sched/pipe' benchmark:\n# Executed 1000000 pipe "
		"operations between two processes\n\n     Total time: 9.999 [sec]\n";
	_free_ char *mixed = xasprintf("%s\n%s\n%s", pipe, one, pipe);
	_free_ char *two = xasprintf("\n\n%s\n%s\n%s", one, pipe, hackbench);
	const char *p = two;
	struct perf_bench b;
	struct err err;

	assert_int_equal(perf_bench__parse(all, &b, &err), 0);
	NEAR(b.seconds, 1.012);
	assert_int_equal(b.groups, 10);
	assert_int_equal(perf_bench__parse(mixed, &b, &err), 0);
	NEAR(b.seconds, 0.096);
	assert_int_equal(perf_bench__parse(pipe, &b, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "no benchmark sched/messaging"));
	assert_int_equal(perf_bench__parse(two, &b, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "more than one run"));
	assert_int_equal(perf_bench__next(&p, &b, &err), 0);
	NEAR(b.seconds, 0.096);
	assert_int_equal(perf_bench__next(&p, &b, &err), 0);
	NEAR(b.seconds, 0.080);
	assert_true(b.groups == 1 && b.tasks == 40);
	assert_int_equal(perf_bench__next(&p, &b, &err), 0);
	NEAR(b.seconds, 0.078);
	assert_int_equal(perf_bench__next(&p, &b, &err), -ENOENT);
}

static void perf_bench_rubbish(void **state __unused)
{
	static const char *const bad[] = {
		"",
		" groups == ",
		"x groups == 40 processes run\nTotal time: 1.000 [sec]",
		"1 groups == processes run\nTotal time: 1.000 [sec]",
		"1 groups == 40 processes run\n",
		"1 groups == 40 processes run\nTotal time: [sec]",
		"1 groups == 40 processes run\nTotal time: nan [sec]",
		"1 groups == 40 processes run\nTotal time: 1.0 [msec]",
		"1 groups == 40 processes run\nTotal time: -1 [sec]",
		"99999999999 groups == 40 processes run\nTotal time: 1.000 [sec]",
		"1 groups == 40 processes run\nTotal time: 1,5 [sec]",
		"0.035\n", /* -f simple */
		("1 groups == 40 processes run\nTotal time: 1.000 [sec]\n"
		 "1 groups == 40 processes run\nTotal time: 2.000 [sec]\n"),
		"Running in process mode with 1 groups using 40 file descriptors each (== 40 tasks)\n",
		("Running in process mode with 1 groups using 40 file descriptors each (== 40 tasks)\n"
		 "Time: 0.100\nTime: 0.200\n"),
		("Running in process mode with 1 groups using 40 file descriptors each (== 40 tasks)\n"
		 "Time: 0.1"),
	};
	struct perf_bench b;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (perf_bench__parse(bad[i], &b, &err) != -EPROTO)
			fail_msg("accepted '%s'", bad[i]);
}

/* How files begin that other programs write; used only for a message. */
static void known_formats(void **state __unused)
{
	static const char *const cases[][2] = {
		{ "{\n  \"results\": [{\"command\": \"x\", \"mean\": 1, \"stddev\": 0, \"times\": [1]}]}",
		  "JSON of hyperfine" },
		{ "{\"context\": {}, \"benchmarks\": [{\"real_time\": 1, \"cpu_time\": 1}]}",
		  "JSON of google-benchmark" },
		{ "\n<!DOCTYPE HTML><html>", "an HTML page" },
		{ "<HTML>", "an HTML page" },
		{ "Attaching 1 probe...\n@[comm]: 4\n", "output of bpftrace" },
		{ "@us:\n[4, 8)      2 |@@@@    |\n", "a histogram of bpftrace" },
		{ "real\t0m1.002s\nuser\t0m0.001s\nsys\t0m0.001s\n", "output of the shell's time" },
		{ "---[ User Space ]---\n0x0-0x8000   16M pgd\n---[ Kernel Space ]---\n",
		  "page tables of x86" },
		{ "---[ Linear mapping ]---\n0xff60000000000000-0xff60000000200000 2M PMD D A G . . W R V\n",
		  "page tables of riscv" },
		{ "0xffffffff81000000-0xffffffff81e00000  14M  ro  PSE  GLB x  pmd\n",
		  "page tables of x86" },
		{ "---[ Modules ]---\n---[ Kernel Mapping ]---\n0xc0000000-0xc0100000 1M RW NX SHD\n",
		  "page tables of 32-bit arm" },
		{ "---[ Lowcore Area Start ]---\n0x0-0x2000 8K PTE RW NX\n",
		  "page tables of s390" },
		{ "---[ Guest IPA ]---\n0x40000000-0x40200000 2M PMD R W X AF BLK\n",
		  "page tables of stage 2, for a guest" },
		{ "aaaad0000000-aaaad0001000 r-xp 00000000 fd:01 123 /bin/x\n", "/proc/PID/maps" },
		{ "40000000-7fffffff : System RAM\n", "/proc/iomem" },
		{ "0xf800-0xfa00 8192 f+0x1/0x2 pages=1 vmalloc N0=1\n", "/proc/vmallocinfo" },
		{ "{\n   \"dmesg\": [\n      {\n         \"pri\": 4,\n", "JSON of dmesg" },
		{ "{\"__CURSOR\":\"s=1\",\"MESSAGE\":\"x\"}\n", "JSON of journalctl" },
		{ "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1\n", "journalctl's export format" },
		{ "w: (groupid=0, jobs=1): err= 0: pid=1\n  IO depths    : 1=100.0%\n",
		  "fio's normal output" },
		{ "hello\n", NULL },
		{ "", NULL },
	};
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *got = formats__name(cases[i][0], strlen(cases[i][0]));

		if (!got != !cases[i][1] || (got && strcmp(got, cases[i][1])))
			fail_msg("%s: '%s'", got ? got : "-", cases[i][0]);
	}
	snprintf(err.msg, sizeof(err.msg), "no figures");
	assert_int_equal(formats__say("<html>", 6, "pgbench", -EPROTO, &err), -EPROTO);
	assert_string_equal(err.msg, "no figures (this looks like an HTML page)");
	snprintf(err.msg, sizeof(err.msg), "it is cut");
	formats__say("All test took ", 14, "vmalloc", -EPROTO, &err);
	assert_string_equal(err.msg, "it is cut");
	formats__say("hello", 5, "vmalloc", -EPROTO, &err);
	assert_string_equal(err.msg, "it is cut");
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
		cmocka_unit_test(fio_several),
		cmocka_unit_test(fio_2),
		cmocka_unit_test(fio_rubbish),
		cmocka_unit_test(perf_bench_output),
		cmocka_unit_test(perf_bench_among_others),
		cmocka_unit_test(perf_bench_rubbish),
		cmocka_unit_test(known_formats),
		cmocka_unit_test(crypto_driver_of_highest_priority),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
