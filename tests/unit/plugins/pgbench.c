// SPDX-License-Identifier: GPL-2.0-only
/*
 * pgbench: recorded outputs, and the workload through its hooks with a real server if there is one.
 * Work that was not done is noticed, by the output and by the database; nothing is left behind.
 */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "tests/unit/job_fixture.h"
#include "workloads/output/pgbench.h"
#include "workloads/support/postgres.h"

#include <signal.h>
#include <unistd.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-9)
#define OUT(n, failed, rest)                                 \
	"scaling factor: 1\nnumber of clients: 1\n"          \
	"number of transactions actually processed: " n "\n" \
	"number of failed transactions: " failed " (0.000%)\n" rest
#define SPEED "latency average = 5.2 ms\ntps = 190.3 (without initial connection time)\n"

static void recorded_output(void **state __unused)
{
	_free_ char *counted = fixture__load("pgbench/count.txt", NULL);
	_free_ char *timed = fixture__load("pgbench/time.txt", NULL);
	_free_ char *aborted = fixture__load("pgbench/aborted.txt", NULL);
	struct pgbench_out o;
	struct err err;

	assert_int_equal(pgbench_out__parse(counted, &o, &err), 0);
	assert_true(o.scale == 1 && o.clients == 1 && o.processed == 200);
	NEAR(o.latency_ms, 5.253);
	NEAR(o.tps, 190.358350);
	assert_int_equal(pgbench_out__parse(timed, &o, &err), 0);
	assert_true(o.clients == 4 && o.processed == 1298);
	assert_int_equal(pgbench_out__parse(aborted, &o, &err), -EIO);
	assert_non_null(strstr(err.msg, "client 0 script 0 aborted"));
	*strstr(counted, "tps =") = '\0';
	assert_int_equal(pgbench_out__parse(counted, &o, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "no line 'tps = N"));
}

/* Formats of other versions; those of 13 and 9.5 are written by hand. */
static void other_versions(void **state __unused)
{
	static const char v13[] =
		"transaction type: <builtin: TPC-B (sort of)>\nscaling factor: 3\nquery mode: simple\n"
		"number of clients: 2\nnumber of threads: 1\nnumber of transactions per client: 50\n"
		"number of transactions actually processed: 100/100\nlatency average = 2.125 ms\n"
		"tps = 498.017 (including connections establishing)\n"
		"tps = 500.25 (excluding connections establishing)\n";
	static const char v9[] =
		"scaling factor: 3\nnumber of clients: 2\n"
		"number of transactions actually processed: 100\nlatency average: 2.125 ms\n"
		"latency stddev: 1.000 ms\ntps = 498.017 (including connections establishing)\n"
		"tps = 500.25 (excluding connections establishing)\n";
	static const char *const gave_up[] = {
		"client 1 aborted in state 8: ERROR:  deadlock detected\n",
		"client 0 script 0 aborted in command 4 query 0: x\n",
		"Run was aborted; the above results are incomplete.\n",
		"pgbench: fatal: Run was aborted; the above results are incomplete.\n",
		"Connection to database \"x\" failed:\nno\n",
	};
	_free_ char *reconnect = fixture__load("pgbench/reconnect.txt", NULL);
	_free_ char *two = xasprintf("%s%s%s", v13, reconnect, v9);
	const char *const texts[] = { v13, v9 };
	struct pgbench_out o;
	struct fixture f;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (pgbench_out__parse(texts[i], &o, &err))
			fail_msg("%s", err.msg);
		assert_true(o.scale == 3 && o.clients == 2 && o.processed == 100);
		NEAR(o.tps, 500.25);
		NEAR(o.latency_ms, 2.125);
	}
	assert_int_equal(pgbench_out__parse(reconnect, &o, &err), 0);
	NEAR(o.tps, 39.025723);
	for (size_t i = 0; i < ARRAY_SIZE(gave_up); i++) {
		_free_ char *text = xasprintf("%s%s", gave_up[i], v13);

		assert_int_equal(pgbench_out__parse(text, &o, &err), -EIO);
	}
	/* A run by kduel itself must have exactly one result. */
	assert_int_equal(pgbench_out__parse(two, &o, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "two lines"));
	fixture__begin(&f, "pgbench", NULL);
	assert_int_equal(f.wl->parse(&f.job, two, strlen(two)), 0);
	assert_int_equal(f.job.n_samples, 6);
	NEAR(f.job.samples[0].value, 500.25);
	NEAR(f.job.samples[2].value, 39.025723);
	NEAR(f.job.samples[5].value, 2.125);
	fixture__refuses(&f, OUT("1,000/1,000", "0", SPEED), "not followed by a whole number");
	fixture__refuses(&f, OUT("20", "0", "latency average = 5,2 ms\n"), "no line 'latency");
	fixture__refuses(&f, OUT("20", "0", SPEED SPEED), "two lines 'latency average");
	fixture__end(&f);
}

static void refused_output(void **state __unused)
{
	struct fixture f;

	fixture__begin(&f, "pgbench", NULL);
	assert_int_equal(f.wl->parse(&f.job, OUT("200/200", "0", SPEED), 0), 0);
	NEAR(fixture__value(&f, "latency"), 5.2);
	fixture__refuses(&f, "", "no line 'scaling factor: N'");
	fixture__refuses(&f, "x scaling factor: 1\n", "no line 'scaling factor: N'");
	fixture__refuses(&f, "scaling factor: 1.5\n", "not followed by a whole number");
	fixture__refuses(&f, "scaling factor: 1..5\n", "is not a number");
	fixture__refuses(&f, OUT("199/200", "0", SPEED), "of 200 transactions only 199");
	fixture__refuses(&f, OUT("20/200", "0", SPEED), "of 200 transactions only 20");
	fixture__refuses(&f, OUT("200/200", "3", SPEED), "3 transactions failed");
	fixture__refuses(&f, OUT("200", "0", "tps = 1"), "no line 'latency average");
	fixture__refuses(&f, OUT("200", "0", "latency average = 1 s\n"),
			 "no line 'latency average");
	fixture__refuses(&f,
			 OUT("0/0", "0",
			     "latency average = 0.000 ms\n"
			     "tps = 0.0 (without initial connection time)\n"),
			 "no measurable");
	fixture__end(&f);
}

/* False, after printing why, if there is no PostgreSQL. */
static bool begin(struct fixture *f)
{
	fixture__begin(f, "pgbench", "transactions", "20", "shared_buffers", "8M", "clients", "2",
		       NULL);
	if (!f->wl->supported(&f->job))
		return true;
	assert_non_null(strstr(f->job.err.msg, "(package "));
	print_message("not possible on this machine: %s\n", f->job.err.msg);
	fixture__end(f);
	return false;
}

/* Only an empty directory is left. */
static void end(struct fixture *f)
{
	f->wl->teardown(&f->job);
	assert_null(f->job.priv);
	if (rmdir(f->job.dir))
		fail_msg("%s: %s", f->job.dir, strerror(errno));
	fixture__end(f);
}

static void iterate(struct fixture *f)
{
	job__clear_samples(&f->job);
	if (f->wl->run(&f->job) || f->wl->verify(&f->job))
		fail_msg("%s", f->job.err.msg);
	assert_int_equal(f->job.operations, 40);
	assert_true(fixture__value(f, "tps") > 0 && fixture__value(f, "latency") > 0);
}

static void change(struct fixture *f, const char *sql)
{
	if (postgres__exec(&f->job, NULL, "psql", "-XAtq", "-c", sql, NULL))
		fail_msg("%s", f->job.err.msg);
}

static void skipped_work_is_noticed(void **state __unused)
{
	struct fixture f;

	if (!begin(&f))
		return;
	if (f.wl->setup(&f.job))
		fail_msg("%s", f.job.err.msg);
	fixture__expects(&f, f.wl->verify(&f.job), -EPROTO, "no line 'scaling factor");
	iterate(&f);
	iterate(&f);
	fixture__expects(&f, f.wl->verify(&f.job), -EPROTO, "no line 'scaling factor");
	/* pgbench says that the work was done, but the database shows that it was not. */
	assert_int_equal(f.wl->run(&f.job), 0);
	change(&f,
	       "delete from pgbench_history where ctid = (select min(ctid) from pgbench_history)");
	fixture__expects(&f, f.wl->verify(&f.job), -EIO, "the database has '39|t'");
	change(&f, "truncate pgbench_history");
	assert_int_equal(f.wl->run(&f.job), 0);
	change(&f, "update pgbench_tellers set tbalance = tbalance + 1 where tid = 1");
	fixture__expects(&f, f.wl->verify(&f.job), -EIO, "the database has '40|f'");
	end(&f);
}

static void killed_server(struct fixture *f)
{
	_free_ char *path = xasprintf("%s/data/postmaster.pid", f->job.dir), *text = NULL;

	assert_int_equal(f->wl->setup(&f->job), 0);
	assert_int_equal(fs__read(path, 4096, &text, NULL), 0);
	assert_int_equal(kill((pid_t)strtol(text, NULL, 10), SIGQUIT), 0);
	fixture__expects(f, f->wl->run(&f->job), -EIO, "pgbench: ");
}

static void failing_in_the_middle(void **state __unused)
{
	_free_ char *path = NULL;
	struct fixture f;

	if (!begin(&f))
		return;
	path = xasprintf("%s/data", f.job.dir);
	assert_int_equal(fs__mkdir_p(path), 0);
	free(path);
	path = xasprintf("%s/data/left", f.job.dir);
	assert_int_equal(fs__write_atomic(path, "x", 1), 0);
	fixture__expects(&f, f.wl->setup(&f.job), -EIO, "initdb: ");
	end(&f);
	assert_true(begin(&f));
	killed_server(&f);
	end(&f);
	/* The worker is gone; another process, which only knows the directory, cleans up. */
	assert_true(begin(&f));
	assert_int_equal(f.wl->setup(&f.job), 0);
	job__free_priv(&f.job);
	end(&f);
	assert_true(begin(&f));
	if (f.wl->setup(&f.job))
		fail_msg("%s", f.job.err.msg);
	iterate(&f);
	end(&f);
}

static void too_little_memory(void **state __unused)
{
	struct err err;
	struct fixture f;

	if (!begin(&f))
		return;
	assert_int_equal(param_set__put(&f.params, "duration", "1500ms", &err), 0);
	fixture__expects(&f, f.wl->setup(&f.job), -EINVAL, "whole seconds");
	end(&f);
	assert_true(begin(&f));
	assert_int_equal(param_set__put(&f.params, "shared_buffers", "1T", &err), 0);
	fixture__expects(&f, f.wl->setup(&f.job), -ENOMEM,
			 "scale 1 needs 1.0 TiB of free memory, ");
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_output),	 cmocka_unit_test(other_versions),
		cmocka_unit_test(refused_output),	 cmocka_unit_test(skipped_work_is_noticed),
		cmocka_unit_test(failing_in_the_middle), cmocka_unit_test(too_little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
