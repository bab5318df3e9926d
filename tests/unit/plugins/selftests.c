// SPDX-License-Identifier: GPL-2.0-only
/*
 * mm-selftests: output of the kernel's self-tests, recorded and malformed; and the workload through
 * its hooks with a source whose tests are small programs of ours.
 */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "tests/unit/job_fixture.h"
#include "workloads/output/kselftest.h"

#include <unistd.h>

#define TOTALS(p, f, s) "# Totals: pass:" p " fail:" f " xfail:0 xpass:0 skip:" s " error:0\n"
#define GOOD                                                                                \
	"#include <stdio.h>\nint main(void)\n{\n\tputs(\"TAP version 13\\n1..2\\nok 1 a\\n" \
	"ok 2 b\\n# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:0 error:0\");\n\treturn 0;\n}\n"
#define BAD                                                                               \
	"#include <stdio.h>\nint main(void)\n{\n\tputs(\"1..1\\nnot ok 1 it is broken\\n" \
	"# Totals: pass:0 fail:1 xfail:0 xpass:0 skip:0 error:0\");\n\treturn 1;\n}\n"

static const char *const programs[] = {
	"map_fixed_noreplace", "map_populate", "memfd_secret",
	"mlock-random-test",   "mlock2-tests", "mremap_dontunmap",
};

static void recorded_output(void **state __unused)
{
	_free_ char *text = fixture__load("kselftest/four.txt", NULL);
	struct kselftest t;
	struct err err;

	assert_int_equal(kselftest__parse(text, &t, &err), 0);
	assert_int_equal(t.programs, 4);
	assert_int_equal(t.tests, 5 + 2 + 19 + 13);
	assert_true(t.failed == 0 && t.skipped == 0);
	text[strlen(text) - 30] = '\0';
	assert_int_equal(kselftest__parse(text, &t, &err), -EPROTO);
	*strstr(text, "# Totals") = '\0';
	assert_int_equal(kselftest__parse(text, &t, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "the output is truncated"));
}

/* The suite of 6.12 on 7.3.4 in a guest with 2 GiB. */
static void recorded_programs(void **state __unused)
{
	static const struct {
		const char *name;
		unsigned int tests, failed, skipped;
		const char *first;
	} cases[] = {
		{ "mdwe_test", 36, 0, 4, "" },
		{ "mkdirty", 6, 2, 2, "not ok 1 write() failed" },
		{ "mremap_test", 19, 4, 0,
		  "not ok 10 2GB mremap - Source PUD-aligned, Destination PTE-aligned" },
		{ "pagemap_ioctl", 1, 0, 1, "" }, /* no userfaultfd with all its features */
	};
	_free_ char *ksm = fixture__load("kselftest/ksm_functional_tests-6.12.txt", NULL);
	struct kselftest t;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *path = xasprintf("kselftest/%s-6.12.txt", cases[i].name);
		_free_ char *text = fixture__load(path, NULL);

		if (kselftest__parse(text, &t, &err))
			fail_msg("%s: %s", path, err.msg);
		assert_true(t.programs == 1 && t.tests == cases[i].tests &&
			    t.failed == cases[i].failed && t.skipped == cases[i].skipped);
		assert_string_equal(t.first, cases[i].first);
	}
	/* It plans 9 tests and runs 8. */
	assert_int_equal(kselftest__parse(ksm, &t, &err), -EIO);
	assert_non_null(strstr(err.msg, "given up: Bail out! 1 out of 8 tests failed"));
}

static void refused_output(void **state __unused)
{
	struct fixture f;

	fixture__begin(&f, "mm-selftests", NULL);
	assert_int_equal(f.wl->parse(&f.job,
				     "1..3\nnot ok 2 x\n" TOTALS("1", "1",
								 "1") "1..0 # SKIP no such thing\n",
				     0),
			 0);
	assert_true(fixture__value(&f, "failed") == 1 && fixture__value(&f, "skipped") == 2 &&
		    fixture__value(&f, "tests") == 4);
	/* A program that has run all its tests ends like this if some failed. */
	job__clear_samples(&f.job);
	assert_int_equal(f.wl->parse(&f.job,
				     "1..3\nok 1 x\nnot ok 2 y\nok 3 # SKIP z\n"
				     "Bail out! 1 out of 3 tests failed\n" TOTALS("1", "1", "1"),
				     0),
			 0);
	assert_true(fixture__value(&f, "failed") == 1 && fixture__value(&f, "tests") == 3);
	/* Results that a program has not counted, or has counted and printed twice. */
	job__clear_samples(&f.job);
	assert_int_equal(f.wl->parse(&f.job, "1..2\nok 1 x\nnot ok 2 y\n" TOTALS("2", "0", "0"), 0),
			 0);
	assert_true(fixture__value(&f, "failed") == 1);
	job__clear_samples(&f.job);
	assert_int_equal(
		f.wl->parse(&f.job,
			    "1..2\nnot ok 1 x\nnot ok 1 x\nnot ok 2 # TODO y\nok 2 # SKIP y\n" TOTALS(
				    "0", "1", "1"),
			    0),
		0);
	assert_true(fixture__value(&f, "failed") == 1 && fixture__value(&f, "skipped") == 1);
	fixture__refuses(&f, "", "there is no line '1..N'");
	/* A number of failures that is wrong, or not at the end. */
	fixture__refuses(&f,
			 "1..2\nok 1 a\nnot ok 2 b\nBail out! 2 out of 2 tests failed\n" TOTALS("1",
												"1",
												"0"),
			 "given up: Bail out! 2 out of 2");
	fixture__refuses(&f,
			 "1..2\nnot ok 1 a\nBail out! 1 out of 1 tests failed\n" TOTALS("0", "1",
											"0"),
			 "given up: Bail out! 1 out of 1");
	fixture__refuses(&f, "1..2\nBail out! no memory\n" TOTALS("0", "2", "0"),
			 "given up: Bail out! no m");
	fixture__refuses(&f, "1..x\n", "expected '1..N', found '1..x'");
	fixture__refuses(&f, "1..99999999\n", "expected '1..N'");
	fixture__refuses(&f, "1..1\n1..1\n", "without '# Totals:'");
	fixture__refuses(&f, TOTALS("1", "0", "0"), "not what was planned");
	fixture__refuses(&f, "1..2\n" TOTALS("1", "0", "0"), "not what was planned, 2 tests");
	fixture__refuses(&f, "1..2\n# Totals: pass:2 fail:0\n", "expected '# Totals:");
	fixture__end(&f);
}

/* As printed by tools/testing/selftests/{kselftest/runner.sh,mm/run_vmtests.sh}, not recorded: the
 * newer one, in TAP, and the one of 6.1. */
static void what_runs_many(void **state __unused)
{
	static const char runner[] =
		"TAP version 13\n1..3\n# timeout set to 45\n# selftests: mm: cow\n# TAP version 13\n"
		"# 1..2\n# ok 1 x\n# not ok 2 y\n# # Totals: pass:1 fail:1 xfail:0 xpass:0 skip:0 error:0\n"
		"not ok 1 selftests: mm: cow # exit=1\nok 2 selftests: mm: ksm # SKIP\n"
		"ok 3 selftests: mm: madv\n";
	static const char tap[] =
		"TAP version 13\n# ----\n# running ./a\n# ----\n# 1..1\n# ok 1 x\n# [PASS]\nok 1 a\n"
		"# running ./b\n# not ok 1 y\n# [FAIL]\nnot ok 2 b # exit=1\n"
		"# running ./c\n# [SKIP]\nok 3 c # SKIP\n# SUMMARY: PASS=1 SKIP=1 FAIL=1\n1..3\n";
	static const char old[] = "-----\nrunning ./a\n-----\n1..2\nok 1 x\nnot ok 2 y\n" TOTALS(
		"2", "0",
		"0") "[PASS]\nrunning ./b\n[PASS]\nrunning ./c\n[FAIL]\nSUMMARY: PASS=2 SKIP=0 FAIL=1\n";
	_free_ char *twice = xasprintf("%s%s", tap, tap);
	struct kselftest t;
	struct fixture f;
	struct err err;

	assert_int_equal(kselftest__parse(runner, &t, &err), 0);
	assert_true(t.tests == 3 && t.failed == 1 && t.skipped == 1);
	assert_string_equal(t.first, "not ok 1 selftests: mm: cow # exit=1");
	assert_int_equal(kselftest__parse(tap, &t, &err), 0);
	assert_true(t.tests == 3 && t.failed == 1 && t.skipped == 1);
	assert_string_equal(t.first, "not ok 1 y");
	assert_int_equal(kselftest__parse(twice, &t, &err), 0);
	assert_true(t.tests == 6 && t.failed == 2 && t.skipped == 2);
	assert_int_equal(kselftest__parse(old, &t, &err), 0);
	/* ./a says that it passed, but printed a test that did not. */
	assert_true(t.tests == 3 && t.failed == 2 && t.skipped == 0);
	fixture__begin(&f, "mm-selftests", NULL);
	fixture__refuses(&f, "1..2\nok 1 selftests: mm: a\n",
			 "after 1 results: the output is truncated");
	fixture__refuses(&f, "# [PASS]\nok 1 a\n", "without 'SUMMARY");
	fixture__refuses(&f, "# [PASS]\nok 1 a\n# SUMMARY: PASS=2 SKIP=0 FAIL=0\n1..2\n",
			 "above it are 1 [PASS], 0 [SKIP] and 0 [FAIL]");
	fixture__refuses(&f, "[PASS]\nSUMMARY: PASS=1 SKIP=0\n", "expected 'SUMMARY");
	fixture__end(&f);
}

/* A source tarball, in which the tests from number `from` on are `other`. */
static char *make_source(size_t from, const char *other)
{
	char *dir = xasprintf("/tmp/kduel-test-source-XXXXXX");
	_free_ char *mm = NULL, *uapi = NULL, *command = NULL;

	assert_non_null(mkdtemp(dir));
	mm = xasprintf("%s/linux/tools/testing/selftests/mm", dir);
	uapi = xasprintf("%s/linux/tools/include/uapi", dir);
	assert_int_equal(fs__mkdir_p(mm) || fs__mkdir_p(uapi), 0);
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		_free_ char *path = xasprintf("%s/%s.c", mm, programs[i]);
		const char *text = i < from ? GOOD : other;

		assert_int_equal(fs__write_atomic(path, text, strlen(text)), 0);
	}
	/* For systems without libcap: none of these tests calls it. */
	assert_int_equal(setenv("LIBRARY_PATH", dir, 1), 0);
	command = xasprintf(
		"cd %s && ar rc libcap.a && : >linux/tools/testing/selftests/mm/vm_util.c && "
		": >linux/tools/testing/selftests/mm/thp_settings.c && mkdir linux/mm && "
		": >linux/mm/gup_test.h && "
		"cp linux/tools/testing/selftests/mm/memfd_secret.c "
		"linux/tools/testing/selftests/mm/split_huge_page_test.c && : >linux/tools/testing/selftests/kselftest.h && "
		"tar -cJf source.tar.xz linux",
		dir);
	assert_int_equal(system(command), 0);
	return dir;
}

static int begin(struct fixture *f, const char *dir)
{
	_free_ char *path = xasprintf("%s/source.tar.xz", dir);
	int ret;

	fixture__begin(f, "mm-selftests", "tarball", path, NULL);
	ret = f->wl->supported(&f->job);
	return ret ? ret : f->wl->setup(&f->job);
}

static void end(struct fixture *f)
{
	f->wl->teardown(&f->job);
	assert_null(f->job.priv);
	fixture__end(f);
}

static bool compiles_here(struct fixture *f, int ret)
{
	if (!ret)
		return true;
	print_message("not possible on this machine: %s\n", f->job.err.msg);
	assert_true(strstr(f->job.err.msg, "there is no program") ||
		    strstr(f->job.err.msg, "lcap"));
	return false;
}

/* Unknown programs are reported when the plan is read. */
static void programs_are_chosen(void **state __unused)
{
	static const struct {
		const char *value, *want;
	} cases[] = {
		{ "cows", "programs: there is no program 'cows'; there are map_fixed_noreplace, " },
		{ "cow cow", "programs: 'cow' is listed twice" },
		{ "all cow", "programs: 'all' goes with no other program" },
		{ "all", NULL },
		{ "memfd_secret,pagemap_ioctl", NULL },
	};
	const struct workload *wl = workload__find("mm-selftests");

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct metric_list list = { 0 };
		const struct metric *metrics;
		struct param_set ps;
		struct err err = { "" };
		int ret;

		param_set__init(&ps, wl->params);
		assert_int_equal(param_set__put(&ps, "programs", cases[i].value, &err), 0);
		ret = workload__metrics(wl, &ps, &list, &metrics, &err);
		assert_int_equal(ret, cases[i].want ? -EINVAL : 0);
		if (cases[i].want)
			assert_non_null(strstr(err.msg, cases[i].want));
		else
			assert_non_null(metric__find(metrics, "failed"));
		metric_list__release(&list);
		param_set__release(&ps);
	}
}

/* The fact about a program: the last one that was reported. */
static const char *fact_of(const struct fixture *f, const char *program)
{
	_free_ char *key = xasprintf("mm-selftests/program/%s", program);

	for (size_t i = f->job.n_facts; i--;)
		if (streq(f->job.facts[i].key, key))
			return f->job.facts[i].value;
	return "";
}

static void work_and_no_work(void **state __unused)
{
	char *dir = make_source(5, BAD);
	struct fixture f;

	if (compiles_here(&f, begin(&f, dir))) {
		fixture__expects(&f, f.wl->verify(&f.job), -EPROTO,
				 "no program completed; the last one failed: kselftest");
		if (f.wl->run(&f.job) || f.wl->verify(&f.job))
			fail_msg("%s", f.job.err.msg);
		assert_int_equal(f.job.operations, 6);
		assert_true(fixture__value(&f, "failed") == 1 && fixture__value(&f, "tests") == 11);
		assert_true(fixture__value(&f, "mremap_dontunmap.failed") == 1 &&
			    fixture__value(&f, "mremap_dontunmap.ran") == 1 &&
			    fixture__value(&f, "mlock2-tests.failed") == 0 &&
			    fixture__value(&f, "mlock2-tests.ran") == 2);
		assert_string_equal(fact_of(&f, "mremap_dontunmap"),
				    "1 tests, 1 failed, 0 skipped: not ok 1 it is broken");
		assert_string_equal(f.job.facts[f.job.n_facts - 1].value, "sums of 6 programs");
		job__clear_samples(&f.job);
		fixture__expects(&f, f.wl->verify(&f.job), -EPROTO, "no program completed");
	}
	end(&f);
	fs__rm_rf(dir);
	free(dir);
}

/* A program that aborts counts as a failure under its name; the others count as usual. */
static void breaking_off(void **state __unused)
{
	static const struct {
		const char *source, *says;
	} cases[] = {
		{ "int main(void)\n{\n\t__builtin_trap();\n}\n", "failed: ended with signal" },
		{ "int main(void)\n{\n\treturn 7;\n}\n", "failed: ended with exit code 7" },
		{ "int main(void)\n{\n\treturn 0;\n}\n", "failed: kselftest: there is no line" },
		{ "#include <stdio.h>\nint main(void)\n{\n\tputs(\"1..9\\nnot ok 1 a\\nBail out! 1 out of 8"
		  " tests failed\");\n\treturn 1;\n}\n",
		  "failed: kselftest: a program has given up: Bail out! 1 out of 8 tests failed" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *dir = make_source(4, cases[i].source);
		struct fixture f;

		if (compiles_here(&f, begin(&f, dir))) {
			if (f.wl->run(&f.job) || f.wl->verify(&f.job))
				fail_msg("case %zu: %s", i, f.job.err.msg);
			assert_true(fixture__value(&f, "failed") == 2 &&
				    fixture__value(&f, "tests") == 10 &&
				    fixture__value(&f, "mlock2-tests.failed") == 1);
			if (!str_starts(fact_of(&f, "mlock2-tests"), cases[i].says))
				fail_msg("case %zu: '%s'", i, fact_of(&f, "mlock2-tests"));
		}
		end(&f);
		fs__rm_rf(dir);
		free(dir);
	}
}

/* If something that a program needs is missing, it is not started, and is reported by name as
 * skipped. */
static void what_cannot_run(void **state __unused)
{
	static const char path[] = "/sys/kernel/debug/split_huge_pages";
	char *dir = make_source(6, GOOD);
	_free_ char *source = xasprintf("%s/source.tar.xz", dir);
	struct fixture f;

	fixture__begin(&f, "mm-selftests", "tarball", source, "programs",
		       "split_huge_page_test memfd_secret", NULL);
	if (access(path, F_OK) && compiles_here(&f, f.wl->supported(&f.job)) &&
	    compiles_here(&f, f.wl->setup(&f.job))) {
		if (f.wl->run(&f.job) || f.wl->verify(&f.job))
			fail_msg("%s", f.job.err.msg);
		assert_true(fixture__value(&f, "failed") == 0 &&
			    fixture__value(&f, "skipped") == 1 && fixture__value(&f, "tests") == 3);
		assert_string_equal(fact_of(&f, "split_huge_page_test"),
				    "cannot run here: there is no /sys/kernel/debug/split_huge_pages");
		assert_non_null(strstr(f.job.facts[1].value, "hugetlb_dio"));
	}
	end(&f);
	fs__rm_rf(dir);
	free(dir);
}

/* If the compiler fails there is no result; the next run is not affected. */
static void failing_in_the_middle(void **state __unused)
{
	char *dir = make_source(4, "no C\n");
	struct fixture f;
	int ret = begin(&f, dir);

	assert_true(ret < 0);
	if (!strstr(f.job.err.msg, "gcc exited with 1") && compiles_here(&f, ret))
		fail_msg("'%s'", f.job.err.msg);
	end(&f);
	fs__rm_rf(dir);
	free(dir);
	work_and_no_work(NULL);
}

static void reasons_not_to_run(void **state __unused)
{
	struct fixture f;

	fixture__begin(&f, "mm-selftests", NULL);
	assert_int_equal(f.wl->supported(&f.job), -EOPNOTSUPP);
	assert_non_null(strstr(f.job.err.msg, "there is no kernel source: set series"));
	f.env.scratch = false;
	assert_int_equal(f.wl->supported(&f.job), -EOPNOTSUPP);
	assert_non_null(strstr(f.job.err.msg, "throw-away guest only"));
	fixture__end(&f);
	fixture__begin(&f, "mm-selftests", "series", "1.0", NULL);
	assert_int_equal(f.wl->supported(&f.job), -EOPNOTSUPP);
	fixture__end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_output),	 cmocka_unit_test(recorded_programs),
		cmocka_unit_test(refused_output),	 cmocka_unit_test(what_runs_many),
		cmocka_unit_test(programs_are_chosen),	 cmocka_unit_test(work_and_no_work),
		cmocka_unit_test(breaking_off),		 cmocka_unit_test(what_cannot_run),
		cmocka_unit_test(failing_in_the_middle), cmocka_unit_test(reasons_not_to_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
