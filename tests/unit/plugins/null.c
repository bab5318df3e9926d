// SPDX-License-Identifier: GPL-2.0-only
/* The null workload really produces each of its faults; boot and the tables are valid. */
/* run.sh: deadlines */
#include "collectors/collector.h"
#include "lib/clock.h"
#include "workloads/workload.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct job_env host = { .scratch = false }, guest = { .scratch = true };

static void job__start(struct job *job, struct param_set *ps, const struct workload *w,
		       const struct job_env *env, const char *fault)
{
	struct err err;

	param_set__init(ps, w->params);
	*job = (struct job){ .source = w->name, .params = ps, .env = env, .iterations = 3 };
	if (fault)
		assert_int_equal(param_set__put(ps, "fault", fault, &err), 0);
	if (fault)
		assert_int_equal(param_set__put(ps, "fault_at", "1", &err), 0);
}

/* Run iterations 0 and 1 of null; returns what the second returned. */
static int two_iterations(const char *fault, struct err *err)
{
	const struct workload *w = workload__find("null");
	struct param_set ps;
	struct job job;
	int ret;

	job__start(&job, &ps, w, &host, fault);
	ret = w->setup(&job);
	for (job.iteration = 0; job.iteration < 2 && !ret; job.iteration++) {
		job__clear_samples(&job);
		ret = w->run(&job);
		if (!ret)
			ret = w->verify(&job);
	}
	if (!ret) {
		assert_int_equal(job.n_samples, 2);
		assert_string_equal(job.samples[0].metric, "spin");
		assert_true(job.samples[0].value > 0);
	}
	if (err)
		*err = job.err;
	w->teardown(&job);
	w->teardown(&job);
	job__release(&job);
	param_set__release(&ps);
	return ret;
}

static void works_and_reports(void **state __unused)
{
	assert_int_equal(two_iterations(NULL, NULL), 0);
}

static void fails_where_it_is_told_to(void **state __unused)
{
	struct err err;

	assert_int_equal(two_iterations("exit", &err), -EIO);
	assert_non_null(strstr(err.msg, "iteration 1"));
}

static void spin_takes_the_time_asked_for(void **state __unused)
{
	const struct workload *w = workload__find("null");
	struct param_set ps;
	struct job job;
	struct err err;
	uint64_t begin;

	job__start(&job, &ps, w, &host, NULL);
	assert_int_equal(param_set__put(&ps, "work", "30ms", &err), 0);
	assert_int_equal(w->setup(&job), 0);
	begin = clock__ns();
	assert_int_equal(w->run(&job), 0);
	assert_true(clock__ns() - begin >= 30 * NSEC_PER_MSEC);
	w->teardown(&job);
	param_set__release(&ps);
}

static void crash_dies_of_sigsegv(void **state __unused)
{
	pid_t pid = fork();
	int ws;

	if (pid == 0) {
		two_iterations("crash", NULL);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &ws, 0), pid);
	assert_true(WIFSIGNALED(ws) && WTERMSIG(ws) == SIGSEGV);
}

static void hang_stays(void **state __unused)
{
	struct timespec nap = { .tv_nsec = 200 * 1000 * 1000 };
	pid_t pid = fork();
	int ws;

	if (pid == 0) {
		two_iterations("hang", NULL);
		_exit(0);
	}
	nanosleep(&nap, NULL);
	assert_int_equal(waitpid(pid, &ws, WNOHANG), 0);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &ws, 0), pid);
}

/* One process plays the agent, and its child plays the worker. */
static void agent_exit_kills_the_parent(void **state __unused)
{
	pid_t agent = fork();
	int ws;

	if (agent == 0) {
		pid_t worker = fork();

		if (worker == 0) {
			alarm(10); /* it waits to be killed, which only we do here */
			two_iterations("agent-exit", NULL);
		}
		waitpid(worker, &ws, 0);
		_exit(0);
	}
	assert_int_equal(waitpid(agent, &ws, 0), agent);
	assert_true(WIFSIGNALED(ws) && WTERMSIG(ws) == SIGKILL);
}

static void spares_a_system_that_is_not_ours(void **state __unused)
{
	static const struct {
		const char *workload, *fault;
		int host, guest;
	} cases[] = {
		{ "null", "panic", -EOPNOTSUPP, 0 },
		{ "null", "warn", -EOPNOTSUPP, 0 },
		{ "null", "none", 0, 0 },
		{ "fio-dmcrypt", NULL, -EOPNOTSUPP, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct workload *w = workload__find(cases[i].workload);
		struct param_set ps;
		struct job job;

		job__start(&job, &ps, w, &host, cases[i].fault);
		assert_int_equal(w->supported(&job), cases[i].host);
		if (cases[i].host)
			assert_non_null(strstr(job.err.msg, "throw-away guest"));
		job.env = &guest;
		if (!geteuid())
			assert_int_equal(w->supported(&job), cases[i].guest);
		param_set__release(&ps);
	}
}

/* Impossible sizes are refused before anything is created, so there is nothing to tear down. */
static void dmcrypt_checks_its_sizes(void **state __unused)
{
	static const struct {
		const char *name, *text;
		int code;
		const char *says;
	} cases[] = {
		{ "disk", "64M", -EINVAL,
		  "disk 64M is too small for a file of 32M: it takes 68 MiB" },
		{ "size", "1048577", -EINVAL, "must be a multiple of 4K" },
		{ "size", "16T", -ENOMEM, "size 16T needs 34.0 TiB of free memory, " },
	};
	const struct workload *w = workload__find("fio-dmcrypt");

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct param_set ps;
		struct err err;
		struct job job;

		job__start(&job, &ps, w, &guest, NULL);
		assert_int_equal(param_set__put(&ps, cases[i].name, cases[i].text, &err), 0);
		assert_int_equal(w->setup(&job), cases[i].code);
		if (!strstr(job.err.msg, cases[i].says))
			fail_msg("%s", job.err.msg);
		param_set__release(&ps);
	}
}

static void boot_does_nothing(void **state __unused)
{
	const struct workload *w = workload__find("boot");
	struct job job = { .source = "boot", .env = &host };

	assert_true(w->no_iterations);
	assert_int_equal(w->run(&job), 0);
	assert_int_equal(job.n_samples, 0);
}

static void tables_are_sound(void **state __unused)
{
	workload__validate_all();
	collector__validate_all();
	assert_null(workload__find("hackbenc"));
	assert_non_null(collector__find("dmesg"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(works_and_reports),
		cmocka_unit_test(fails_where_it_is_told_to),
		cmocka_unit_test(spin_takes_the_time_asked_for),
		cmocka_unit_test(crash_dies_of_sigsegv),
		cmocka_unit_test(hang_stays),
		cmocka_unit_test(agent_exit_kills_the_parent),
		cmocka_unit_test(spares_a_system_that_is_not_ours),
		cmocka_unit_test(dmcrypt_checks_its_sizes),
		cmocka_unit_test(boot_does_nothing),
		cmocka_unit_test(tables_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
