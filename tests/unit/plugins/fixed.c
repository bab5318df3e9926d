// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workloads of fixed work, through their hooks, which are called as by the agent: they work,
 * they report work that was not done, and they clean up even after failing midway.
 */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "tests/unit/fake_program.h"
#include "workloads/workload.h"

#include <signal.h>
#include <unistd.h>

static const struct job_env env = { .scratch = false };

struct fixture {
	const struct workload *w;
	struct param_set ps;
	struct job job;
};

/* Each with a size that takes no time. */
static const struct small {
	const char *name;
	const char *params[6]; /* name, value, ... */
	uint64_t operations;
	const char *big[2]; /* a size that no machine has memory for */
	const char *skipped; /* the message if nothing was done */
} all[] = {
	{ "anon-fault",
	  { "size", "1M" },
	  256,
	  { "size", "8T" },
	  "the kernel counted 0 page faults" },
	{ "fork-exec", { "count", "3" }, 3, { NULL }, "0 of 3 programs" },
	{ "perl-startup", { "count", "3" }, 3, { NULL }, "0 of 3 programs" },
	{ "pipe", { "trips", "100" }, 100, { NULL }, "the number that came back is 0" },
	{ "tmpfs-rand4k", { "size", "1M", "ops", "50" }, 50, { "size", "8T" }, "checksum" },
	{ "tmpfs-rand64", { "size", "1M", "ops", "50" }, 50, { "size", "8T" }, "checksum" },
	{ "tmpfs-read", { "size", "1M", "block", "8K" }, 128, { "size", "8T" }, "checksum" },
	{ "tmpfs-small",
	  { "files", "20", "size", "5000" },
	  20,
	  { "files", "100000000" },
	  "checksum" },
	{ "tmpfs-write",
	  { "size", "1M", "block", "4K" },
	  256,
	  { "size", "8T" },
	  "the file that was written" },
};

static void put(struct fixture *f, const char *name, const char *text)
{
	struct err err;

	if (param_set__put(&f->ps, name, text, &err))
		fail_msg("%s: %s", f->w->name, err.msg);
}

static void start(struct fixture *f, const struct small *s)
{
	f->w = workload__find(s->name);
	assert_non_null(f->w);
	param_set__init(&f->ps, f->w->params);
	for (size_t i = 0; i < ARRAY_SIZE(s->params) && s->params[i]; i += 2)
		put(f, s->params[i], s->params[i + 1]);
	f->job = (struct job){
		.source = f->w->name, .params = &f->ps, .env = &env, .seed = 7, .iterations = 2
	};
	snprintf(f->job.dir, sizeof(f->job.dir), "/tmp/kduel-test-XXXXXX");
	assert_non_null(mkdtemp(f->job.dir));
}

/* Whatever happened: nothing may be left mounted (EBUSY) or in the directory (ENOTEMPTY). */
static void stop(struct fixture *f)
{
	f->w->teardown(&f->job);
	assert_null(f->job.priv);
	if (rmdir(f->job.dir))
		fail_msg("%s left something in its directory: %s", f->w->name, strerror(errno));
	f->w->teardown(&f->job); /* as in another process, which has no state */
	job__release(&f->job);
	param_set__release(&f->ps);
}

static bool possible(struct fixture *f)
{
	if (!f->w->supported || !f->w->supported(&f->job))
		return true;
	assert_true(geteuid() != 0);
	assert_non_null(strstr(f->job.err.msg, "needs to be root"));
	print_message("%s: not root, only the refusal was tested\n", f->w->name);
	return false;
}

static void check_iteration(struct fixture *f, const struct small *s)
{
	struct job *job = &f->job;

	job__clear_samples(job);
	job->operations = 0;
	if (f->w->run(job) || f->w->verify(job))
		fail_msg("%s, iteration %u: %s", s->name, job->iteration, job->err.msg);
	assert_int_equal(job->operations, s->operations);
	assert_int_equal(job->n_samples, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_non_null(metric__find(f->w->metrics, job->samples[i].metric));
		assert_true(job->samples[i].value > 0);
	}
}

static void they_work(void **state __unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct fixture f;

		start(&f, &all[i]);
		if (possible(&f)) {
			if (f.w->setup(&f.job))
				fail_msg("%s: %s", all[i].name, f.job.err.msg);
			for (f.job.iteration = 0; f.job.iteration < 2; f.job.iteration++)
				check_iteration(&f, &all[i]);
		}
		stop(&f);
	}
}

static void expect_no_verification(struct fixture *f, const struct small *s)
{
	job__clear_samples(&f->job);
	assert_true(f->w->verify(&f->job) < 0);
	if (!strstr(f->job.err.msg, s->skipped))
		fail_msg("%s: %s", s->name, f->job.err.msg);
	assert_int_equal(f->job.n_samples, 0);
}

/* Before any work, and after a complete iteration: old work does not prove new work. */
static void skipped_work_is_noticed(void **state __unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct fixture f;

		start(&f, &all[i]);
		if (possible(&f)) {
			assert_int_equal(f.w->setup(&f.job), 0);
			expect_no_verification(&f, &all[i]);
			check_iteration(&f, &all[i]);
			f.job.iteration++;
			expect_no_verification(&f, &all[i]);
		}
		stop(&f);
	}
}

static void too_much_for_the_memory(void **state __unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct fixture f;

		start(&f, &all[i]);
		if (all[i].big[0] && possible(&f)) {
			put(&f, all[i].big[0], all[i].big[1]);
			assert_int_equal(f.w->setup(&f.job), -ENOMEM);
			assert_non_null(strstr(f.job.err.msg, " needs "));
			assert_non_null(strstr(f.job.err.msg, " is available: give the guest"));
		}
		stop(&f);
	}
}

/* A set-up that fails at once, and the one after it. */
static void failing_in_the_middle(void **state __unused)
{
	static const char *const bad[][3] = {
		{ "tmpfs-read", "block", "5000" },     { "tmpfs-read", "block", "3M" },
		{ "tmpfs-write", "block", "3M" },      { "tmpfs-rand64", "block", "100" },
		{ "tmpfs-rand4k", "size", "1000000" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct fixture f;

		start(&f, &(struct small){ .name = bad[i][0] });
		if (possible(&f)) {
			put(&f, bad[i][1], bad[i][2]);
			assert_int_equal(f.w->setup(&f.job), -EINVAL);
			assert_non_null(strstr(f.job.err.msg, "must be a multiple of"));
		}
		stop(&f);
	}
	they_work(NULL);
}

/* Our only child, according to the kernel. */
static pid_t only_child(void)
{
	_free_ char *path = xasprintf("/proc/self/task/%d/children", getpid()), *text = NULL;

	assert_int_equal(fs__read(path, 256, &text, NULL), 0);
	return (pid_t)strtol(text, NULL, 10);
}

static void death_of_the_other_end(void **state __unused)
{
	struct fixture f;

	start(&f, &(struct small){ .name = "pipe" });
	assert_int_equal(f.w->setup(&f.job), 0);
	assert_int_equal(kill(only_child(), SIGKILL), 0);
	assert_int_equal(f.w->run(&f.job), -EPIPE);
	assert_non_null(strstr(f.job.err.msg, "the other process is gone"));
	stop(&f);
}

/* A perl that starts but does not interpret: the first of the three starts reports it. */
static void no_interpreter(void **state __unused)
{
	char *fake = fake_program("perl", "exit 0");
	struct fixture f;

	start(&f, &(struct small){ .name = "perl-startup", .params = { "count", "3" } });
	assert_int_equal(f.w->setup(&f.job), 0);
	assert_int_equal(f.w->run(&f.job), -EIO);
	assert_non_null(strstr(f.job.err.msg, "perl ended with 0, expected 42"));
	stop(&f);
	remove_fake(fake);
	they_work(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_work),
		cmocka_unit_test(skipped_work_is_noticed),
		cmocka_unit_test(too_much_for_the_memory),
		cmocka_unit_test(failing_in_the_middle),
		cmocka_unit_test(death_of_the_other_end),
		cmocka_unit_test(no_interpreter),
	};

	signal(SIGPIPE, SIG_IGN); /* as in the agent */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
