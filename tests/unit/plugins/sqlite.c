// SPDX-License-Identifier: GPL-2.0-only
/*
 * sqlite-speedtest: recorded output, and the workload through its hooks with a substitute for
 * speedtest1, which no package has. Work that was not done is noticed.
 */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "tests/unit/job_fixture.h"

#include "tests/unit/fake_program.h"
#include "workloads/output/speedtest1.h"

#define NAME "sqlite-speedtest"
#define RECORDED "tests/data/speedtest1/3.40.txt"
#define HEADER "-- Speedtest1 for SQLite 3.40.1 2022-12-28 14:03:47 df5c253c\n"
#define FIRST " 100 - 2500 INSERTs into table with no index..................    0.008s\n"
#define LAST " 990 - ANALYZE.................................................    0.002s\n"
#define TOTAL(s) "       TOTAL...................................................    " s "s\n"

static void recorded_output(void **state __unused)
{
	_free_ char *text = fixture__load("speedtest1/3.40.txt", NULL);
	struct speedtest_out o;
	struct err err;

	if (speedtest_out__parse(text, &o, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(o.version, "3.40.1");
	assert_true(o.rows == 2500 && o.tests == 32);
	assert_true(o.total > 0.1 && o.total < 1);
	/* Truncated after any line but the last: no result. */
	for (char *p = strrchr(text, '\n'); p; p = strrchr(text, '\n')) {
		assert_true(p[1] == '\0');
		*p = '\0';
		p = strrchr(text, '\n');
		if (!p)
			break;
		p[1] = '\0';
		if (speedtest_out__parse(text, &o, &err) != -EPROTO)
			fail_msg("accepted: %s", text);
	}
}

static void refused_output(void **state __unused)
{
	struct fixture f;

	fixture__begin(&f, NAME, NULL);
	assert_int_equal(f.wl->parse(&f.job, HEADER FIRST LAST TOTAL("0.010"), 0), 0);
	assert_true(fabs(fixture__value(&f, "time") - 0.010) < 1e-9);
	job__clear_samples(&f.job);
	assert_int_equal(f.wl->parse(&f.job,
				     HEADER FIRST LAST TOTAL("0.010") HEADER FIRST
				     " 200 - x....    0.001s\n" LAST TOTAL("0.011"),
				     0),
			 0);
	assert_int_equal(f.job.n_samples, 2); /* two runs */
	assert_true(fabs(f.job.samples[1].value - 0.011) < 1e-9);
	fixture__refuses(&f, HEADER FIRST LAST TOTAL("0.010") HEADER FIRST, "the last was 100");
	fixture__refuses(&f, HEADER FIRST LAST TOTAL("0,010"), "no line 'TOTAL");
	fixture__refuses(&f, "", "no line '-- Speedtest1");
	fixture__refuses(&f, FIRST LAST TOTAL("0.010"), "no line '-- Speedtest1");
	fixture__refuses(&f, HEADER LAST TOTAL("0.002"), "the tests are not those");
	fixture__refuses(&f, HEADER FIRST TOTAL("0.008"), "the last was 100");
	fixture__refuses(&f, HEADER FIRST LAST FIRST TOTAL("0.018"), "the tests are not those");
	fixture__refuses(&f, HEADER FIRST LAST, "no line 'TOTAL");
	fixture__refuses(&f, HEADER FIRST LAST TOTAL("x"), "no line 'TOTAL");
	fixture__refuses(&f, HEADER FIRST LAST TOTAL("0.020"), "the TOTAL says 0.020 s");
	fixture__refuses(&f, HEADER FIRST LAST TOTAL("0.011"), "the TOTAL says 0.011 s");
	fixture__refuses(&f,
			 HEADER " 100 - 5 x....    0.000s\n 990 - y....    0.000s\n" TOTAL("0.000"),
			 "no measurable time");
	fixture__end(&f);
}

static char *stand_in(const char *script)
{
	_free_ char *whole = xasprintf("cd %s && %s", getenv("PWD"), script);

	return fake_program("speedtest1", whole);
}

static void done(void **state __unused)
{
	char *dir = stand_in("[ \"$*\" = '--multithread --testset main --size 5' ] && "
			     "[ -d \"$SQLITE_TMPDIR\" ] && cat " RECORDED);
	struct fixture f;

	fixture__begin(&f, NAME, NULL);
	assert_int_equal(f.wl->supported(&f.job), 0);
	assert_int_equal(f.wl->setup(&f.job), 0);
	if (f.wl->run(&f.job) || f.wl->verify(&f.job))
		fail_msg("%s", f.job.err.msg);
	assert_true(fixture__value(&f, "time") > 0.1);
	assert_string_equal(f.job.facts[0].value, "3.40.1, 32 tests");
	/* The work of the next iteration is skipped: the output of the last one proves nothing. */
	fixture__expects(&f, f.wl->verify(&f.job), -EPROTO, "no line '-- Speedtest1");
	f.wl->teardown(&f.job);
	assert_null(getenv("SQLITE_TMPDIR"));
	fixture__end(&f);
	remove_fake(dir);
}

static void not_done(void **state __unused)
{
	static const struct {
		const char *script, *size;
		int code;
		const char *says;
	} cases[] = {
		{ "true", "5", -EPROTO, "no line '-- Speedtest1" },
		{ "head -n 20 " RECORDED, "5", -EPROTO, "the last was 260" },
		{ "cat " RECORDED, "6", -EPROTO,
		  "worked on 2500 rows; with size 6 there should be 3000" },
		{ "cat " RECORDED "; exit 1", "5", -EIO, "speedtest1 exited with 1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *dir = stand_in(cases[i].script);
		struct fixture f;
		int ret;

		fixture__begin(&f, NAME, "size", cases[i].size, NULL);
		assert_int_equal(f.wl->setup(&f.job), 0);
		ret = f.wl->run(&f.job);
		if (!ret)
			ret = f.wl->verify(&f.job);
		fixture__expects(&f, ret, cases[i].code, cases[i].says);
		f.wl->teardown(&f.job);
		fixture__end(&f);
		remove_fake(dir);
	}
}

static void absent(void **state __unused)
{
	_free_ char *path = xstrdup(getenv("PATH"));
	struct fixture f;

	fixture__begin(&f, NAME, NULL);
	setenv("PATH", "/nonexistent", 1);
	fixture__expects(&f, f.wl->supported(&f.job), -EOPNOTSUPP, "only a guest's image");
	setenv("PATH", path, 1);
	fixture__end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_output),
		cmocka_unit_test(refused_output),
		cmocka_unit_test(done),
		cmocka_unit_test(not_done),
		cmocka_unit_test(absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
