// SPDX-License-Identifier: GPL-2.0-only
/* cpufreq: at which frequency the CPUs ran. Ratio frequency_ratio of collector perf counts it. */
#include "collectors/support/cpufreq_read.h"
#include "collectors/support/delta.h"

#include <math.h>

static const struct metric metrics[] = {
	DELTA_METRIC("mean", "MHz", TIME,
		     "mean over the iteration and all policies, by time_in_state"),
	DELTA_METRIC("after", "MHz", TIME, "mean of the CPUs right after the iteration"),
	DELTA_METRIC("lowest_after", "MHz", TIME, "the slowest of them"),
	{ .name = NULL },
};

static int before(struct job *job)
{
	struct cpufreq *f = job->priv ? job->priv : xcalloc(1, sizeof(*f));

	job->priv = f;
	cpufreq__read("", f);
	if (f->cpus || f->ticks > 0)
		return 0;
	return delta__unsupported(job,
				  "no CPU of this system has cpufreq: the kernel has no driver for "
				  "it, or a hypervisor or emulator hides it");
}

static int after(struct job *job)
{
	const struct cpufreq *a = job->priv;
	struct cpufreq b;
	double mean;

	cpufreq__read("", &b);
	mean = a ? cpufreq__mean(a, &b) : NAN;
	if (isfinite(mean))
		job__sample(job, "mean", mean);
	if (b.cpus) {
		job__sample(job, "after", b.mean_mhz);
		job__sample(job, "lowest_after", b.lowest_mhz);
	}
	return 0;
}

static int collect(struct job *job, enum collect_phase phase)
{
	return phase == COLLECT_BEFORE_ITERATION ? before(job) : after(job);
}

const struct collector col_cpufreq = {
	.name = "cpufreq",
	.version = 1,
	.summary = "frequencies of the CPUs: scaling_cur_freq, time_in_state",
	.metrics = metrics,
	.phases = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION,
	.max_s = 5,
	.collect = collect,
	.release = job__free_priv,
};
