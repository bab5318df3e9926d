// SPDX-License-Identifier: GPL-2.0-only
/* hackbench through its hooks: with the real perf if there is one, and with a perf that fails. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "tests/unit/fake_program.h"
#include "workloads/workload.h"

static const struct job_env env = { .scratch = false };

struct fixture {
	const struct workload *w;
	struct param_set ps;
	struct job job;
};

static void start(struct fixture *f)
{
	struct err err;

	f->w = workload__find("hackbench");
	param_set__init(&f->ps, f->w->params);
	assert_int_equal(param_set__put(&f->ps, "groups", "1", &err), 0);
	assert_int_equal(param_set__put(&f->ps, "loops", "20", &err), 0);
	f->job = (struct job){
		.source = f->w->name, .params = &f->ps, .env = &env, .iterations = 2
	};
	assert_int_equal(f->w->setup(&f->job), 0);
}

static void stop(struct fixture *f)
{
	f->w->teardown(&f->job);
	assert_null(f->job.priv);
	job__release(&f->job);
	param_set__release(&f->ps);
}

static void expect(struct fixture *f, int got, int want, const char *says)
{
	if (got != want || !strstr(f->job.err.msg, says))
		fail_msg("%d: '%s'", got, f->job.err.msg);
}

/* Without perf the run must report that; with it, skipped work is noticed, also if there is old
 * output. */
static void the_real_one(void **state __unused)
{
	_free_ char *perf = fs__find_program("perf");
	struct fixture f;
	int ret;

	start(&f);
	expect(&f, f.w->verify(&f.job), -EPROTO, "perf bench: no line");
	ret = f.w->run(&f.job);
	if (!perf) {
		print_message("no perf on this machine: only its absence was tested\n");
		expect(&f, ret, -ENOENT, "cannot run perf");
		stop(&f);
		return;
	}
	if (ret || f.w->verify(&f.job))
		fail_msg("%s", f.job.err.msg);
	assert_int_equal(f.job.operations, 20 * 20 * 20);
	assert_int_equal(f.job.n_samples, 1);
	assert_true(f.job.samples[0].value > 0);
	expect(&f, f.w->verify(&f.job), -EPROTO, "perf bench: no line");
	stop(&f);
}

static void one_that_fails(void **state __unused)
{
	static const struct {
		const char *script;
		int code;
		const char *says;
	} cases[] = {
		{ "echo broken >&2; exit 2", -EIO, "perf exited with 2: broken" },
		{ "kill -9 $$", -EIO, "perf was killed by signal 9" },
		{ "echo nothing", -EPROTO, "perf bench: no line" },
		{ "echo '# 2 groups == 80 processes run'; echo; echo '     Total time: 0.070 [sec]'",
		  -EPROTO, "perf bench ran 2 groups with 80 processes; 1 groups with 40" },
		{ "echo '# 1 groups == 40 processes run'; echo; echo '     Total time: 0.000 [sec]'",
		  -ERANGE, "took no measurable time" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *fake = fake_program("perf", cases[i].script);
		struct fixture f;
		int ret;

		start(&f);
		ret = f.w->run(&f.job);
		if (!ret)
			ret = f.w->verify(&f.job);
		expect(&f, ret, cases[i].code, cases[i].says);
		stop(&f);
		remove_fake(fake);
	}
	the_real_one(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_real_one),
		cmocka_unit_test(one_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
