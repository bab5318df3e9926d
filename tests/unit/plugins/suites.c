// SPDX-License-Identifier: GPL-2.0-only
/* perf-bench and stress-ng: figures of recorded outputs, refused outputs, and programs that do less
 * than they were asked to do. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/fake_program.h"
#include "tests/unit/job_fixture.h"
#include "workloads/output/perf_suite.h"
#include "workloads/output/stress_ng.h"
#include "workloads/support/words.h"

struct figure {
	const char *name;
	double value;
};

/* All figures of a recorded output, in its order. */
static void expect_figures(const char *workload, const char *file, const struct figure *want,
			   size_t n)
{
	size_t len;
	_free_ char *text = fixture__load(file, &len);
	_cleanup_(metric_list__release) struct metric_list declared = { 0 };
	struct fixture f;
	struct err err;

	fixture__begin(&f, workload, NULL);
	assert_int_equal(f.wl->declare_output(&f.params, text, &declared, &err), 0);
	f.job.metrics = declared.v;
	if (f.wl->parse(&f.job, text, len))
		fail_msg("%s: %s", file, f.job.err.msg);
	assert_int_equal(f.job.n_samples, n);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(f.job.samples[i].metric, want[i].name);
		if (fabs(f.job.samples[i].value - want[i].value) > 1e-9 * want[i].value)
			fail_msg("%s: %s is %.17g", file, want[i].name, f.job.samples[i].value);
	}
	fixture__end(&f);
}

static void recorded_suites(void **state __unused)
{
	static const struct figure arm64[] = {
		{ "sched-messaging.time", 5.661 },
		{ "sched-pipe.time", 4112.582 },
		{ "syscall-basic.time", 19.7345 },
		{ "syscall-getpgid.time", 14.7364 },
		{ "syscall-fork.time", 125866.65 },
		{ "syscall-execve.time", 332884.4 },
		{ "mem-memcpy.rate", 307.517259 },
		{ "mem-memset.rate", 903.832249 },
		{ "futex-hash.rate", 8480 },
		{ "futex-wake.time", 3811.6 },
		{ "futex-wake-parallel.time", 1144.3 },
		{ "futex-requeue.time", 167.4 },
		{ "futex-lock-pi.rate", 270 },
		{ "epoll-wait.rate", 1327 },
		{ "epoll-ctl.rate", 4352 },
	};
	/* mem has several functions: the C library's is the one that all architectures have. */
	static const struct figure x86[] = {
		{ "sched-messaging.time", 0.076 },
		{ "sched-pipe.time", 166.3626 },
		{ "syscall-basic.time", 1.92067 },
		{ "mem-memcpy.rate", 600.871263 },
		{ "mem-memset.rate", 32.991976 * 1024 },
		{ "futex-hash.rate", 236992 },
		{ "futex-wake.time", 16.6 },
		{ "futex-wake-parallel.time", 7.8 },
		{ "futex-requeue.time", 6.4 },
		{ "futex-lock-pi.rate", 288 },
		{ "epoll-wait.rate", 4979 },
		{ "epoll-ctl.rate", 18880 },
	};
	static const struct figure collection[] = { { "sched-messaging.time", 1.012 },
						    { "sched-pipe.time", 22.928206 } };

	expect_figures("perf-bench", "perf/suites-6.12.txt", arm64, ARRAY_SIZE(arm64));
	expect_figures("perf-bench", "perf/suites-6.1.txt", x86, ARRAY_SIZE(x86));
	expect_figures("perf-bench", "perf/sched-all.txt", collection, ARRAY_SIZE(collection));
}

static void recorded_stressors(void **state __unused)
{
	static const struct figure old[] = {
		{ "pipe.rate", 19345.28 }, { "pipe.system", 0.03 },	  { "futex.rate", 444.09 },
		{ "futex.system", 0.29 },  { "getrandom.rate", 1181.19 }, { "getrandom.system", 0 },
	};
	static const struct figure new[] = {
		{ "futex.rate", 70.31 },       { "futex.system", 3.16 },
		{ "getrandom.rate", 1199.24 }, { "getrandom.system", 0.05 },
		{ "mmap.rate", 0.69 },	       { "mmap.system", 1.02 },
	};

	expect_figures("stress-ng", "stress-ng/0.15.txt", old, ARRAY_SIZE(old));
	expect_figures("stress-ng", "stress-ng/0.19.txt", new, ARRAY_SIZE(new));
}

#define HEAD(name) "# Running '" name "' benchmark:\n"
/* The first line in a shell's printf, in which there must be no quotes. */
#define HEAD_SH "# Running "
#define TAIL_SH " benchmark...\\n"
#define BEGIN "stress-ng: info:  [7] dispatching hogs: 1 pipe\n"
#define FIGURES "stress-ng: metrc: [7] pipe 2000 1.20 0.21 1.52 1664.91 1151.72\n"
#define END "stress-ng: info:  [7] successful run completed in 1.45 secs\n"

static void refused(void **state __unused)
{
	static const char *const suites[][2] = {
		{ "", "no line \"# Running 'NAME' benchmark:\"" },
		{ "# Running 'sched/pipe' bench", "that is complete" },
		{ HEAD("sched/seccomp-notify") "  1.0 usecs/op\n",
		  "no known benchmark in the output" },
		{ HEAD("sched/pipe"), "perf bench sched/pipe: no line '@ usecs/op'" },
		{ HEAD("sched/pipe") "  1,5 usecs/op\n", "no line" },
		{ HEAD("sched/pipe") "  1. usecs/op\n", "no line" },
		{ HEAD("sched/pipe") "  -1.5 usecs/op\n", "no line" },
		{ HEAD("sched/pipe") "  1.5 usecs\n", "no line" },
		{ HEAD("sched/pipe") "  1.5 usecs/op\n  2.5 usecs/op\n",
		  "more than one line '@ usecs/op'" },
		{ HEAD("futex/wake") "[Run 1]: Wokeup 4 of 4 threads in 4.7310 ms\n", "no line" },
		{ HEAD("mem/memcpy") "# function 'x86-64-movsq'\n 1.5 GB/sec\n", "no line" },
		{ HEAD("epoll/ctl") "Averaged 4352 ADD operations (+- 1.10%)\n",
		  "no 'for N secs'" },
		{ HEAD("epoll/ctl") "x for 0 secs.\nAveraged 4352 ADD operations\n",
		  "no 'for N secs'" },
	};
	static const char *const stressors[][2] = {
		{ "", "dispatching hogs" },
		{ "stress-ng: unrecognized option '--nosuch'\n", "dispatching hogs" },
		{ BEGIN FIGURES, "the output is truncated" },
		{ BEGIN END, "it prints them with --metrics" },
		{ BEGIN FIGURES BEGIN FIGURES END, "a run without its last line" },
		{ BEGIN "stress-ng: fail:  [8] pipe: no data\n" FIGURES END, "pipe: no data" },
		{ BEGIN "stress-ng: error: [8] pipe: no memory\n" FIGURES END, "no memory" },
		{ BEGIN FIGURES "stress-ng: info:  [7] failed: 1: pipe (1)\n" END,
		  "failed: 1: pipe" },
		{ BEGIN FIGURES "stress-ng: info:  [7] metrics untrustworthy: 1: pipe (1)\n" END,
		  "untrustworthy: 1" },
		{ BEGIN FIGURES "stress-ng: info:  [7] unsuccessful run completed in 1.45 secs\n",
		  "unsuccessful" },
		{ BEGIN "stress-ng: metrc: [7] pipe 2000 1.20 0.21 1,52 1664.91\n" END,
		  "--metrics" },
		{ BEGIN "stress-ng: metrc: [7] pipe -2000 1.20 0.21 1.52 1664.91\n" END,
		  "--metrics" },
	};
	size_t len;
	_free_ char *premature = fixture__load("stress-ng/premature-0.19.txt", &len);
	const char *const bare = BEGIN END, *at = bare;
	_free_ struct stress_ng_run *run = xcalloc(1, sizeof(*run));
	struct err err = { "" };
	struct fixture f;

	fixture__begin(&f, "perf-bench", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		fixture__refuses(&f, suites[i][0], suites[i][1]);
	fixture__end(&f);
	fixture__begin(&f, "stress-ng", "stressors", "pipe:2000", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(stressors); i++)
		fixture__refuses(&f, stressors[i][0], stressors[i][1]);
	assert_int_equal(stress_ng__next(&at, run, &err), -EPROTO);
	assert_ptr_equal(at, bare); /* input that is refused is not skipped */
	assert_string_equal(err.msg,
			    "stress-ng: a run without figures: it prints them with --metrics");
	fixture__refuses(&f, premature, "fork: WARNING: finished prematurely after just 1.82 sec");
	/* Time stamps, and log levels of other releases. */
	job__clear_samples(&f.job);
	assert_int_equal(f.wl->parse(&f.job,
				     "stress-ng: 12:00:01.23 info:  [7] dispatching hogs: 1 pipe\n"
				     "stress-ng: 12:00:01.23 info:  [7] pipe 1 1.2 0.2 1.5 0.83 0.5\n"
				     "stress-ng: 12:00:01.23 info:  [7] successful run completed in "
				     "1.45s\n",
				     0),
			 0);
	assert_int_equal(f.job.n_samples, 2);
	fixture__end(&f);
}

static void expect_bad(const char *workload, const char *param, const char *text, const char *why)
{
	_cleanup_(metric_list__release) struct metric_list declared = { 0 };
	const struct workload *wl = workload__find(workload);
	_cleanup_(param_set__release) struct param_set set = { 0 };
	const struct metric *metrics;
	struct err err = { "" };

	param_set__init(&set, wl->params);
	assert_int_equal(param_set__put(&set, param, text, &err), 0);
	assert_int_equal(workload__metrics(wl, &set, &declared, &metrics, &err), -EINVAL);
	if (!strstr(err.msg, why))
		fail_msg("'%s' lacks '%s'", err.msg, why);
}

static void bad_parameters(void **state __unused)
{
	expect_bad("perf-bench", "suites", "", "suites: there is none");
	expect_bad("perf-bench", "suites", "sched/pipe,\n sched/pipe",
		   "'sched/pipe' is listed twice");
	expect_bad("perf-bench", "suites", "numa/mem",
		   "suites: there is no suite 'numa/mem'; there are epoll/ctl, epoll/wait");
	expect_bad("stress-ng", "stressors", " ", "stressors: there is none");
	expect_bad("stress-ng", "stressors", "pipe", "expected NAME:OPERATIONS");
	expect_bad("stress-ng", "stressors", "pipe:0", "expected NAME:OPERATIONS");
	expect_bad("stress-ng", "stressors", "pipe:1k", "not 'pipe:1k'");
	expect_bad("stress-ng", "stressors", "-x:1", "expected NAME:OPERATIONS");
	expect_bad("stress-ng", "stressors", "pipe:1 pipe:2", "'pipe' is listed twice");
	expect_bad("stress-ng", "stressors", "Pipe:1", "expected NAME:OPERATIONS");
}

/* Run one iteration with a perf or stress-ng that executes `script`; returns the result of
 * verify(). */
static int iterate(struct fixture *f, const char *program, const char *script)
{
	char *dir = fake_program(program, script);
	int ret;

	job__clear_samples(&f->job);
	f->job.err = (struct err){ 0 };
	f->job.operations = 0;
	ret = f->wl->supported(&f->job);
	if (!ret)
		ret = f->wl->run(&f->job);
	if (!ret)
		ret = f->wl->verify(&f->job);
	f->wl->teardown(&f->job);
	remove_fake(dir);
	return ret;
}

static void work_of_perf(void **state __unused)
{
	struct fixture f;

	fixture__begin(&f, "perf-bench", "suites", "sched/pipe futex/wake epoll/ctl", "scale", "2",
		       "threads", "3", "seconds", "4", NULL);
	/* It only accepts the calls that it should get. */
	assert_int_equal(iterate(&f, "perf",
				 "case \"$*\" in\n"
				 "'bench sched pipe -l 1') ;;\n"
				 "'bench -r 1 futex wake -t 3') ;;\n"
				 "'bench sched pipe -l 10000') printf '" HEAD_SH
				 "sched/pipe" TAIL_SH
				 "# Executed 10,000 pipe operations\\n 1.5 usecs/op\\n' ;;\n"
				 "'bench -r 20 futex wake -t 3') printf '" HEAD_SH
				 "futex/wake" TAIL_SH "Wokeup 3 of 3 threads in 0.5 ms\\n' ;;\n"
				 "'bench epoll ctl -t 3 -r 4') printf '" HEAD_SH "epoll/ctl" TAIL_SH
				 "x for 4 secs.\\nAveraged 40 ADD operations\\n' ;;\n"
				 "*) echo \"$*\" >&2; exit 9 ;;\n"
				 "esac"),
			 0);
	assert_true(fixture__value(&f, "sched-pipe.time") == 1.5);
	assert_true(fixture__value(&f, "futex-wake.time") == 500);
	assert_true(fixture__value(&f, "epoll-ctl.rate") == 10);
	assert_int_equal(f.job.operations, 10000 + 20 * 3);
	fixture__end(&f);

	fixture__begin(&f, "perf-bench", "suites", "sched/pipe", NULL);
	assert_int_equal(iterate(&f, "perf",
				 "printf '" HEAD_SH "sched/pipe" TAIL_SH
				 "# Executed 4999 pipe operations\\n 1.5 usecs/op\\n'"),
			 -EPROTO);
	assert_non_null(
		strstr(f.job.err.msg, "perf executed 4999 operations, 5000 were asked for"));
	assert_int_equal(iterate(&f, "perf",
				 "printf '" HEAD_SH "syscall/basic" TAIL_SH " 1.5 usecs/op\\n'"),
			 -EPROTO);
	assert_int_equal(iterate(&f, "perf", "echo nothing"), -EPROTO);
	assert_int_equal(iterate(&f, "perf", "exit 1"), -EOPNOTSUPP);
	fixture__end(&f);
}

static void work_of_stress_ng(void **state __unused)
{
	static const char *const less =
		"[ \"$1\" = --stressors ] && { echo pipe futex; exit; }\n"
		"printf '%s' '" BEGIN
		"stress-ng: metrc: [7] pipe 1999 1.20 0.21 1.52 1664.91 1151.72\n" END "'";
	static const char *const all =
		"[ \"$1\" = --stressors ] && { echo pipe futex; exit; }\n"
		"case \"$*\" in *' --pipe 3 --pipe-ops 2000') ;; *) exit 9 ;; esac\n"
		"printf '%s' '" BEGIN FIGURES END "'";
	struct fixture f;

	fixture__begin(&f, "stress-ng", "stressors", "pipe:1000", "scale", "2", "instances", "3",
		       NULL);
	assert_int_equal(iterate(&f, "stress-ng", all), 0);
	assert_true(fixture__value(&f, "pipe.rate") == 1664.91);
	assert_true(fixture__value(&f, "pipe.system") == 1.52);
	assert_int_equal(f.job.operations, 2000);
	assert_int_equal(iterate(&f, "stress-ng", less), -EIO);
	assert_non_null(strstr(f.job.err.msg, "pipe: 1999 operations, 2000 were asked for"));
	assert_int_equal(iterate(&f, "stress-ng", "echo futex"), -EOPNOTSUPP);
	assert_non_null(strstr(f.job.err.msg, "no stressor 'pipe'"));
	/* Not on a system that is kept, unless the user allows it. */
	f.env.scratch = false;
	assert_int_equal(iterate(&f, "stress-ng", all), -EOPNOTSUPP);
	f.env.commands = true;
	assert_int_equal(iterate(&f, "stress-ng", all), 0);
	fixture__end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_suites), cmocka_unit_test(recorded_stressors),
		cmocka_unit_test(refused),	   cmocka_unit_test(bad_parameters),
		cmocka_unit_test(work_of_perf),	   cmocka_unit_test(work_of_stress_ng),
	};

	return cmocka_run_group_tests_name("plugins/suites", tests, NULL, NULL);
}
