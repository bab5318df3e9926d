// SPDX-License-Identifier: GPL-2.0-only
/*
 * collectors.c - the overhead of each collector on the system under test: CPU time of this thread for
 * one iteration of a workload that does nothing, and for the part that runs once per boot.
 */
#include "collectors/collector.h"
#include "workloads/workload.h"

#include <time.h>

#define ROUNDS 301
#define ONCE 5 /* repeats of the part per boot: few, as settling takes wall-clock time */

struct cost {
	double least, median; /* microseconds */
	bool failed;
};

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* CPU time of the phases in `mask`, for one iteration or one boot; negative if the collector failed. */
static double once(const struct collector *col, struct job *job, unsigned int mask)
{
	double begin = cpu_us(), took;
	int ret = 0;

	for (unsigned int phase = 1; !ret && phase <= COLLECT_AHEAD; phase <<= 1)
		if (mask & col->phases & phase)
			ret = col->collect(job, (enum collect_phase)phase);
	took = cpu_us() - begin;
	job__clear_samples(job);
	return ret ? -1 : took;
}

static struct cost measure(const struct collector *col, struct job *job, unsigned int mask,
			   unsigned int rounds)
{
	double us[ROUNDS] = { 0 };
	struct cost c = { .failed = true };

	for (unsigned int i = 0; i < rounds; i++) {
		job->iteration = i;
		us[i] = once(col, job, mask);
		if (us[i] < 0)
			return c;
	}
	qsort(us, rounds, sizeof(*us), by_size);
	return (struct cost){ us[0], us[rounds / 2], false };
}

static void bench(const struct collector *col)
{
	const unsigned int each = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION |
				  COLLECT_AHEAD;
	bool framing = col->phases & each;
	struct param_set ps;
	struct job_env env = { .scratch = false };
	struct job job = { .source = col->name,
			   .workload = "null",
			   .params = &ps,
			   .env = &env,
			   .iterations = ROUNDS };
	struct cost c = { .failed = true };

	param_set__init(&ps, col->params);
	if (!col->prepare || !col->prepare(&job))
		c = measure(col, &job, framing ? each : ~each, framing ? ROUNDS : ONCE);
	if (c.failed)
		printf("collector %-10s cannot work here: %s\n", col->name, job.err.msg);
	else
		printf("collector %-10s %8.0f us of CPU time %s (median; least %.0f)%s%s\n",
		       col->name, c.median, framing ? "an iteration" : "a boot", c.least,
		       job.n_facts && framing ? ": " : "",
		       job.n_facts && framing ? job.facts[0].value : "");
	if (col->release)
		col->release(&job);
	job__release(&job);
	param_set__release(&ps);
}

int main(void)
{
	/* The TLB model runs in QEMU; in the guest there are only its markers. */
	for (size_t i = 0; i < collector__count; i++)
		if (!streq(collector__all[i]->name, "tlbmodel"))
			bench(collector__all[i]);
	return 0;
}
