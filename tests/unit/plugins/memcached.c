// SPDX-License-Identifier: GPL-2.0-only
/* The memcached workload with a real memcached, through its hooks, called as by the agent. */
/* run.sh: deadlines */
#include "lib/fs.h"
#include "tests/unit/valgrind.h"
#include "workloads/workload.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static const struct job_env env = { .scratch = false };

struct fixture {
	struct param_set ps;
	struct job job;
};

/* `pairs`: name, value, ..., NULL */
static const struct workload *start(struct fixture *f, const char *const *pairs)
{
	const struct workload *w = workload__find("memcached");
	struct err err;

	param_set__init(&f->ps, w->params);
	for (; *pairs; pairs += 2)
		if (param_set__put(&f->ps, pairs[0], pairs[1], &err))
			fail_msg("%s", err.msg);
	f->job = (struct job){
		.source = w->name, .params = &f->ps, .env = &env, .seed = 5, .iterations = 2
	};
	snprintf(f->job.dir, sizeof(f->job.dir), "/tmp/kduel-test-XXXXXX");
	assert_non_null(mkdtemp(f->job.dir));
	return w;
}

static void stop(struct fixture *f, const struct workload *w)
{
	w->teardown(&f->job);
	assert_int_equal(fs__rm_rf(f->job.dir), 0);
	job__release(&f->job);
	param_set__release(&f->ps);
}

static double sample(const struct job *job, const char *metric)
{
	for (size_t i = 0; i < job->n_samples; i++)
		if (streq(job->samples[i].metric, metric))
			return job->samples[i].value;
	fail_msg("no sample of %s", metric);
	return 0;
}

static void check_samples(const struct workload *w, const struct job *job)
{
	for (size_t i = 0; i < job->n_samples; i++)
		assert_non_null(metric__find(w->metrics, job->samples[i].metric));
	assert_true(sample(job, "ops") > 10);
	assert_true(sample(job, "p50") > 0);
	assert_true(sample(job, "p50") <= sample(job, "p99"));
	assert_true(sample(job, "p99") <= sample(job, "p999"));
	assert_true(sample(job, "p999") <= sample(job, "max"));
}

static void run_through(const char *const *pairs)
{
	struct fixture f;
	const struct workload *w = start(&f, pairs);

	if (w->setup(&f.job))
		fail_msg("setup: %s", f.job.err.msg);
	for (f.job.iteration = 0; f.job.iteration < f.job.iterations; f.job.iteration++) {
		job__clear_samples(&f.job);
		if (w->run(&f.job) || w->verify(&f.job))
			fail_msg("iteration %u: %s", f.job.iteration, f.job.err.msg);
		check_samples(w, &f.job);
	}
	stop(&f, w);
}

static void closed_loop(void **state __unused)
{
	const char *const by_number[] = { "ops", "3000",    "keys", "500", "connections",
					  "5",	 "threads", "2",    NULL };
	const char *const by_time[] = { "duration",   "200ms",	    "keys",   "500",	"dist",
					"uniform",    "value_size", "100000", "memory", "256M",
					"warmup_ops", "0",	    NULL };

	run_through(by_number);
	run_through(by_time);
}

/* Little's law, applied to the figures that a report shows: each connection always has a request
 * under way, except between a reply and the next request. */
static void as_many_under_way_as_connections(void **state __unused)
{
	const char *const ops = under_valgrind() ? "4000" : "40000";
	const char *const pairs[] = { "ops",	ops,	"keys",	      "500", "connections", "50",
				      "opened", "50",	"scatter",    "0",   "memory",	    "64M",
				      "dist",	"zipf", "warmup_ops", "500", NULL };
	struct fixture f;
	const struct workload *w = start(&f, pairs);
	double most = 0;

	assert_int_equal(w->setup(&f.job), 0);
	for (int i = 0; i < 5 && most < 47.5; i++) {
		job__clear_samples(&f.job);
		if (w->run(&f.job) || w->verify(&f.job))
			fail_msg("%s", f.job.err.msg);
		most = fmax(most, sample(&f.job, "ops") * sample(&f.job, "mean") / 1e6);
		if (under_valgrind())
			break;
	}
	if (!(most >= (under_valgrind() ? 1 : 47.5) && most <= 50))
		fail_msg("%.2f requests under way on 50 connections", most);
	stop(&f, w);
}

/* Most connections are closed before the first request, and free memory is fragmented. */
static void an_aged_server(void **state __unused)
{
	const char *const pairs[] = { "ops",	 "1000",   "keys",    "500",	"connections",
				      "10",	 "opened", "80",      "window", "3",
				      "threads", "2",	   "scatter", "8M",	NULL };
	const char *const dense[] = { "ops", "1000",	"keys", "500", "opened",
				      "0",   "scatter", "0",	NULL };

	run_through(pairs);
	run_through(dense);
}

static void open_loop(void **state __unused)
{
	const char *const pairs[] = { "mode",	     "open", "rate", "500",	    "duration",
				      "300ms",	     "keys", "500",  "client_cpus", "0",
				      "server_cpus", "0",    NULL };

	run_through(pairs);
}

static void extremes_of_the_mix(void **state __unused)
{
	const char *const only_set[] = { "ops",	       "500", "get_ratio", "0",	 "keys", "1",
					 "value_size", "16",  "key_size",  "12", NULL };
	const char *const only_get[] = { "ops", "500",	    "get_ratio", "1", "keys",
					 "100", "key_size", "250",	 NULL };
	struct fixture f;
	const struct workload *w = start(&f, only_set);

	assert_int_equal(w->setup(&f.job), 0);
	assert_int_equal(w->run(&f.job), 0);
	assert_int_equal(w->verify(&f.job), 0);
	for (size_t i = 0; i < f.job.n_samples; i++) /* without a get there is no ratio */
		assert_string_not_equal(f.job.samples[i].metric, "hit_ratio");
	stop(&f, w);
	run_through(only_get);
}

static void expect_setup_failure(const char *const *pairs, int code, const char *says)
{
	struct fixture f;
	const struct workload *w = start(&f, pairs);
	int got = w->setup(&f.job);

	if (got != code || !strstr(f.job.err.msg, says))
		fail_msg("%d, '%s'", got, f.job.err.msg);
	stop(&f, w);
}

static void misuse_is_explained(void **state __unused)
{
	const char *const small[] = { "keys", "20000", "memory", "8M", NULL };
	const char *const idle[] = { "connections", "2", "threads", "3", NULL };
	const char *const nothing[] = { "ops", "0", NULL };
	const char *const narrow[] = { "threads", "2", "window", "1", NULL };
	const char *const huge[] = { "keys",   "4000000000", "value_size", "512K",
				     "memory", "16T",	     NULL };
	const char *const cpu[] = { "client_cpus", "0-5000", NULL };

	expect_setup_failure(small, -ENOSPC, "raise memory or lower keys");
	expect_setup_failure(idle, -EINVAL, "must not be more than connections");
	expect_setup_failure(narrow, -EINVAL, "must not be more than window");
	expect_setup_failure(huge, -ENOMEM, "keys 4000000000 needs ");
	expect_setup_failure(nothing, -EINVAL, "both 0");
	expect_setup_failure(cpu, -EINVAL, "is not a list of CPUs below");
}

/* The server is our only child process. */
static pid_t only_child(void)
{
	char path[64];
	_free_ char *text = NULL;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	assert_int_equal(fs__read(path, 256, &text, NULL), 0);
	return (pid_t)strtol(text, NULL, 10);
}

static void check_death(bool in_run)
{
	const char *const pairs[] = { "ops", "1000", "keys", "100", NULL };
	struct fixture f;
	const struct workload *w = start(&f, pairs);

	assert_int_equal(w->setup(&f.job), 0);
	assert_int_equal(w->run(&f.job), 0);
	kill(only_child(), SIGKILL);
	assert_int_equal((in_run ? w->run : w->verify)(&f.job), -ESRCH);
	assert_non_null(strstr(f.job.err.msg, "signal 9"));
	stop(&f, w);
}

static void death_of_the_server_is_told(void **state __unused)
{
	check_death(false);
	check_death(true);
}

/* Teardown in another process, as after a worker was killed, has no state. */
static void teardown_without_state(void **state __unused)
{
	const struct workload *w = workload__find("memcached");
	struct job job = { .source = w->name, .env = &env };

	w->teardown(&job);
	assert_null(job.priv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_loop),
		cmocka_unit_test(as_many_under_way_as_connections),
		cmocka_unit_test(an_aged_server),
		cmocka_unit_test(open_loop),
		cmocka_unit_test(extremes_of_the_mix),
		cmocka_unit_test(misuse_is_explained),
		cmocka_unit_test(death_of_the_server_is_told),
		cmocka_unit_test(teardown_without_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
