// SPDX-License-Identifier: GPL-2.0-only
/* cpufreq: the frequency of the CPUs, as cpufreq reports it. The ratio frequency_ratio of collector
 * perf measures it by counters. */
#include "collectors/support/cpufreq_read.h"
#include "collectors/support/delta.h"

#include <math.h>

static const struct metric metrics[] = {
	DELTA_METRIC("mean", "MHz", TIME, 0.001,
		     "mean over the iteration and all policies, by time_in_state"),
	DELTA_METRIC("after", "MHz", TIME, 0.001, "mean of the CPUs right after the iteration"),
	DELTA_METRIC("lowest_after", "MHz", TIME, 0.001,
		     "the slowest CPU right after the iteration"),
	{ .name = NULL },
};

static int collect(struct job *job, enum collect_phase phase)
{
	struct cpufreq *before = job->priv, after;
	double mean = NAN;

	if (phase == COLLECT_BEFORE_ITERATION) {
		if (!before)
			job->priv = before = xcalloc(1, sizeof(*before));
		cpufreq__read("", before);
		if (before->cpus || before->ticks > 0)
			return 0;
		return delta__unsupported(job,
					  "no CPU of this system has cpufreq: the kernel has no driver for "
					  "it, or a hypervisor or emulator hides it");
	}
	cpufreq__read("", &after);
	if (before)
		mean = cpufreq__mean(before, &after);
	if (isfinite(mean))
		job__sample(job, "mean", mean);
	if (after.cpus) {
		job__sample(job, "after", after.mean_mhz);
		job__sample(job, "lowest_after", after.lowest_mhz);
	}
	return 0;
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
