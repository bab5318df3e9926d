// SPDX-License-Identifier: GPL-2.0-only
/* test_vmalloc's lines in recorded kernel logs, metric names as published, and errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "tests/unit/job_fixture.h"
#include "workloads/output/vmalloc_log.h"

#include <unistd.h>

#define LINE(test, failed) \
	"[ 1.0] Summary: " test " passed: 1 failed: " failed " repeat: 1 loops: 7 avg: 100 usec\n"
#define TOOK(n) "[ 1.0] All test took worker" n "=12 cycles\n"

static void two_workers_of_6_12(void **state __unused)
{
	_free_ char *text = fixture__load("vmalloc/6.12-two-workers.txt", NULL);
	const char *p = text;
	struct vmalloc_log log;
	struct err err;

	/* Three runs: the first without tests, the others with two of five tests by two workers. */
	assert_int_equal(vmalloc_log__next(&p, &log, &err), 0);
	assert_int_equal(log.workers, 2);
	assert_true(log.tests[0].usec == (1898 + 7053) / 2.0);
	assert_int_equal(vmalloc_log__next(&p, &log, &err), 0);
	assert_int_equal(log.workers, 2);
	assert_int_equal(log.tests[0].workers, 2);
	assert_true(log.tests[0].usec == (1594 + 10306) / 2.0);
	assert_int_equal(log.tests[0].loops, 200);
	assert_int_equal(log.tests[1].passed, 2);
	assert_int_equal(log.tests[2].workers, 0);
	assert_true(log.tests[9].usec == (1895 + 1405) / 2.0);
	assert_int_equal(vmalloc_log__next(&p, &log, &err), -ENOENT);
	/* A log of a run by kduel itself has exactly one run. */
	assert_int_equal(vmalloc_log__parse(text, &log, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "more than one run"));
}

static void expected_failures_of_7_2(void **state __unused)
{
	_free_ char *text = fixture__load("vmalloc/7.2.txt", NULL);
	struct fixture f;

	fixture__begin(&f, "vmalloc", "mask", "4035", "loops", "200", NULL);
	assert_int_equal(f.wl->parse(&f.job, text, strlen(text)), 0);
	assert_int_equal(f.job.n_samples, 16); /* of two runs */
	assert_string_equal(f.job.samples[1].metric, "full_fit_alloc_test: p:1, h:0, l:200");
	assert_true(f.job.samples[1].value == 1566049 && f.job.samples[9].value == 648630);
	assert_string_equal(f.job.samples[10].metric, "align_shift_alloc_test: p:1, h:0, l:200");
	assert_true(f.job.samples[10].value == 26524);
	fixture__end(&f);
}

#define RUN(test, repeat, loops, avg)                                                   \
	"[ 1.0] Summary: " test " passed: 1 failed: 0 repeat: " repeat " loops: " loops \
	" avg: " avg " usec\n"

/* A log from somebody else: it determines what ran, and no parameter is needed. */
static void saved_logs(void **state __unused)
{
	static const char text[] =
		"test_bpf: Summary: 1026 PASSED, 0 FAILED\n" RUN("fix_size_alloc_test", "1", "1000",
								 "300")
			RUN("vrealloc_test", "1", "1000",
			    "5") "[ 2.0] All test took worker0=9 cycles\n"
		/* 5.10: one worker per online CPU; tests that no longer exist. */
		RUN("fix_size_alloc_test", "3", "50", "10")
			RUN("kvfree_rcu_1_arg_slab_test", "3", "50",
			    "1") "[ 2.1] All test took CPU0=9 cycles\n" RUN("fix_size_alloc_test",
									    "3", "50", "20")
				RUN("kvfree_rcu_1_arg_slab_test", "3", "50",
				    "2") "[ 2.2] All test took CPU2=9 cycles\n"
					 "test_bpf: Summary: 12 PASSED, 0 FAILED\n";
	struct metric_list list = { 0 };
	struct fixture f;

	fixture__begin(&f, "vmalloc", "pages", "4", NULL);
	assert_int_equal(f.wl->declare_output(&f.params, text, &list, &f.job.err), 0);
	assert_int_equal(list.n, 4);
	f.job.metrics = list.v;
	assert_int_equal(f.wl->parse(&f.job, text, strlen(text)), 0);
	assert_true(fixture__value(&f, "fix_size_alloc_test: p:4, h:0, l:1000") == 300);
	assert_true(fixture__value(&f, "vrealloc_test: p:4, h:0, l:1000") == 5);
	assert_true(fixture__value(&f, "fix_size_alloc_test: p:4, h:0, l:50, r:3") == 15);
	assert_true(fixture__value(&f, "kvfree_rcu_1_arg_slab_test: p:4, h:0, l:50, r:3") == 1.5);
	f.job.metrics = NULL;
	fixture__end(&f);
	/* Parameters that were given are checked against each run. */
	fixture__begin(&f, "vmalloc", "pages", "4", "threads", "20", NULL);
	f.job.metrics = list.v;
	fixture__refuses(&f, text, "1 workers finished, 20 were asked for");
	fixture__end(&f);
	fixture__begin(&f, "vmalloc", "pages", "4", "mask", "4097", NULL);
	f.job.metrics = list.v;
	fixture__refuses(&f, text, "vrealloc_test was asked for (mask 4097) and did not run");
	fixture__end(&f);
	fixture__begin(&f, "vmalloc", "pages", "4", "loops", "1000", NULL);
	f.job.metrics = list.v;
	fixture__refuses(&f, text, "ran 50 loops, parameter loops is 1000");
	fixture__end(&f);
	fixture__begin(&f, "vmalloc", NULL);
	fixture__refuses(&f, RUN("vrealloc_test", "1", "7", "5") TOOK("1"), "worker0 did not");
	fixture__refuses(&f,
			 RUN("vrealloc_test", "1", "7", "5") TOOK("0")
				 RUN("vrealloc_test", "1", "7", "5") TOOK("2"),
			 "worker1 did not");
	fixture__refuses(&f,
			 RUN("vrealloc_test", "1", "7", "5") TOOK("0")
				 RUN("vrealloc_test", "1", "8", "5") TOOK("1"),
			 "lines of two runs are mixed");
	fixture__refuses(&f,
			 RUN("vrealloc_test", "1", "7", "5") TOOK("0")
				 RUN("vrealloc_test", "1", "7", "5"),
			 "the log is truncated");
	fixture__refuses(&f, RUN("vrealloc_test", "1", "7", "5") TOOK("x"), "expected 'All test");
	/* A line end is missing. */
	fixture__refuses(&f, "Summary: vrealloc_test passed: 1 failed: 0 repe" TOOK("0"),
			 "expected 'Summary");
	fixture__end(&f);
	metric_list__release(&list);
}

static void names_as_published(void **state __unused)
{
	struct fixture f;

	fixture__begin(&f, "vmalloc", "loops", "500000", NULL);
	assert_int_equal(f.declared.n, 4);
	assert_string_equal(f.declared.v[0].name, "full_fit_alloc_test: p:1, h:0, l:500000");
	assert_string_equal(f.declared.v[3].name,
			    "kvfree_rcu_2_arg_vmalloc_test: p:1, h:0, l:500000");
	fixture__end(&f);
	fixture__begin(&f, "vmalloc", "mask", "1", "pages", "512", "huge", "true", NULL);
	assert_string_equal(f.declared.v[0].name, "fix_size_alloc_test: p:512, h:1, l:1000");
	fixture__end(&f);
}

static void unknown_bit(void **state __unused)
{
	const struct workload *wl = workload__find("vmalloc");
	struct metric_list list = { 0 };
	struct param_set ps;
	struct err err;

	param_set__init(&ps, wl->params);
	assert_int_equal(param_set__put(&ps, "mask", "8193", &err), 0);
	assert_int_equal(wl->declare(&ps, &list, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "bit 13"));
	metric_list__release(&list);
	param_set__release(&ps);
}

static void refused(void **state __unused)
{
	struct fixture f;

	fixture__begin(&f, "vmalloc", "mask", "2", "loops", "7", NULL);
	assert_int_equal(f.wl->parse(&f.job, LINE("full_fit_alloc_test", "0") TOOK("0"), 0), 0);
	fixture__refuses(&f, "", "no line 'Summary");
	fixture__refuses(&f, TOOK("0"), "no line 'Summary");
	fixture__refuses(&f, LINE("full_fit_alloc_test", "1") TOOK("0"), "failed 1 times");
	fixture__refuses(&f, LINE("full_fit_alloc_test", "0"), "the log is truncated");
	fixture__refuses(&f, LINE("full_fit_alloc_test", "0") TOOK("0") TOOK("1"), "is truncated");
	fixture__refuses(&f, LINE("fix_size_alloc_test", "0") TOOK("0"), "does not ask");
	fixture__refuses(&f, LINE("new_test", "0") TOOK("0"), "no test named 'new_test'");
	fixture__refuses(&f,
			 "Summary: full_fit_alloc_test passed: 1 failed: 0 repeat: 1 loops: 8 "
			 "avg: 1 usec\n" TOOK("0"),
			 "8 loops");
	fixture__refuses(&f, "Summary: full_fit_alloc_test passed: 1 failed: 0 repe\n" TOOK("0"),
			 "expected 'Summary");
	fixture__refuses(&f,
			 "Summary: full_fit_alloc_test passed: -1 failed: 0 repeat: 1 loops: 7 "
			 "avg: 1 usec\n" TOOK("0"),
			 "expected 'Summary");
	fixture__end(&f);
}

static int load_nothing(void *arg, const char *name, const char *options, struct err *err)
{
	strvec__pushf(arg, "%s %s", name, options);
	return err__set(err, -EAGAIN, "that is how it ends");
}

static int no_module(void *arg __unused, const char *name, const char *options __unused,
		     struct err *err)
{
	return err__set(err, -ENOENT, "no module %s", name);
}

/* A module that claims to have run the tests, but has not. */
static void skipped_work_is_noticed(void **state __unused)
{
	struct strvec loaded = { 0 };
	struct fixture f;
	int ret;

	fixture__begin(&f, "vmalloc", NULL);
	f.env.modprobe = load_nothing;
	f.env.arg = &loaded;
	ret = f.wl->setup(&f.job);
	if (ret == -EPERM || ret == -EACCES || ret == -ENOENT) {
		f.wl->teardown(&f.job);
		fixture__end(&f);
		strvec__release(&loaded);
		print_message("# the kernel log cannot be read here: %s\n", f.job.err.msg);
		skip();
	}
	assert_int_equal(ret, 0);
	assert_int_equal(f.wl->run(&f.job), 0);
	assert_string_equal(loaded.v[1], "test_vmalloc run_test_mask=898 nr_threads=1 nr_pages=1 "
					 "use_huge=0 test_loop_count=1000 test_repeat_count=1 "
					 "sequential_test_order=1");
	assert_int_equal(f.job.operations, 4000);
	assert_int_equal(f.wl->verify(&f.job), -EPROTO);
	assert_int_equal(f.job.n_samples, 0);
	f.wl->teardown(&f.job);
	f.wl->teardown(&f.job);
	strvec__release(&loaded);
	fixture__end(&f);
}

static void reasons_not_to_run(void **state __unused)
{
	struct fixture f;
	int ret;

	fixture__begin(&f, "vmalloc", NULL);
	f.env.modprobe = no_module;
	ret = f.wl->setup(&f.job);
	if (access("/dev/kmsg", R_OK) == 0) {
		assert_int_equal(ret, -EOPNOTSUPP);
		assert_non_null(strstr(f.job.err.msg, "CONFIG_TEST_VMALLOC"));
	}
	f.wl->teardown(&f.job);
	f.env.scratch = false;
	assert_int_equal(f.wl->supported(&f.job), -EOPNOTSUPP);
	fixture__end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_workers_of_6_12),
		cmocka_unit_test(expected_failures_of_7_2),
		cmocka_unit_test(saved_logs),
		cmocka_unit_test(names_as_published),
		cmocka_unit_test(unknown_bit),
		cmocka_unit_test(refused),
		cmocka_unit_test(skipped_work_is_noticed),
		cmocka_unit_test(reasons_not_to_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
