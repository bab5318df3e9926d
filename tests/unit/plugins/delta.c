// SPDX-License-Identifier: GPL-2.0-only
/* Counters of /proc as Linux 6.18 prints them, and their collectors on the system that runs the
 * test. */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>

#include "collectors/support/delta.h"

#include <unistd.h>

#include <cmocka.h>

static const char stat[] =
	"cpu  1604305 531385 409068 1194681 10214 0 7663 5411 0 0\n"
	"cpu0 782999 267040 193655 630150 2939 0 2168 2705 0 0\n"
	"intr 20141701 0 0 15\nctxt 72342911\nbtime 1795238326\nprocesses 759350\n"
	"softirq 19348049 0 1400175 4 9502915 2428636 0 40 1504399 81955 4429925\n";

static void numbers_are_found(void **state __unused)
{
	static const char psi[] = "some avg10=98.43 avg60=98.29 avg300=92.33 total=8590494897\n"
				  "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";
	uint64_t v = 0;

	assert_true(delta__field(stat, "cpu", 8, &v) && v == 5411);
	assert_true(delta__field(stat, "cpu0", 1, &v) && v == 782999);
	assert_true(delta__field(stat, "processes", 1, &v) && v == 759350);
	assert_true(delta__field(stat, "softirq", 11, &v) && v == 4429925);
	assert_false(delta__field(stat, "softirq", 12, &v));
	assert_false(delta__field(stat, "ctx", 1, &v));
	assert_false(delta__field(stat, "ctxt", 2, &v)); /* not the next line's */
	assert_false(delta__field("ctxt -3\n", "ctxt", 1, &v));
	assert_true(delta__total(psi, "some", &v) && v == 8590494897);
	assert_true(delta__total(psi, "full", &v) && v == 7);
	assert_false(delta__total("some avg10=0.00\nfull total=7\n", "some", &v));
}

static double sample(const struct job *job, const char *metric)
{
	for (size_t i = 0; i < job->n_samples; i++)
		if (streq(job->samples[i].metric, metric))
			return job->samples[i].value;
	fail_msg("no sample of %s", metric);
	return 0;
}

/* Measure work of a known size with a collector. */
static struct job frame(const char *name, void (*work)(void))
{
	const struct collector *col = collector__find(name);
	static struct param_set none;
	static struct job_env env;
	struct job job = { .source = name, .params = &none, .env = &env, .iterations = 1 };

	assert_non_null(col);
	assert_int_equal(col->collect(&job, COLLECT_BEFORE_ITERATION), 0);
	work();
	assert_int_equal(col->collect(&job, COLLECT_AFTER_ITERATION), 0);
	col->release(&job);
	return job;
}

static void touch(void)
{
	enum { PAGES = 2000 };
	char *p = xcalloc(PAGES, 4096);

	for (size_t i = 0; i < PAGES; i++)
		((volatile char *)p)[i * 4096] = 1;
	free(p);
}

static void switch_tasks(void)
{
	for (int i = 0; i < 200; i++)
		usleep(100);
}

/* Other processes run on this machine too, so a count is at least our own share. */
static void the_system_counts(void **state __unused)
{
	struct job faults = frame("vmstat", touch), switches = frame("procstat", switch_tasks);

	assert_true(sample(&faults, "pgfault") >= 4);
	assert_true(sample(&faults, "pgfree") >= 0);
	assert_true(sample(&switches, "context_switches") >= 200);
	assert_true(sample(&switches, "cpu.steal") >= 0);
	job__release(&faults);
	job__release(&switches);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_found),
		cmocka_unit_test(the_system_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
