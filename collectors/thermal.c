// SPDX-License-Identifier: GPL-2.0-only
/* thermal: was the system throttled during an iteration, and how hot is it afterwards? */
#include "collectors/support/delta.h"
#include "collectors/support/thermal_read.h"

static const struct metric metrics[] = {
	DELTA_METRIC("core_throttles", "events", TIME, 1, "times that a core was throttled"),
	DELTA_METRIC("core_throttled", "ms", TIME, 1,
		     "time that cores were throttled, all together"),
	DELTA_METRIC("package_throttles", "events", TIME, 1, "times that a package was throttled"),
	DELTA_METRIC("package_throttled", "ms", TIME, 1,
		     "time that packages were throttled, all together"),
	DELTA_METRIC("hottest", "degC", TIME, 1, "the hottest thermal zone after the iteration"),
	{ .name = NULL },
};

/* A counter that went backwards was reset: no sample. */
static void put_delta(struct job *job, bool there, const char *metric, int64_t from, int64_t to)
{
	if (there && to >= from)
		job__sample(job, metric, (double)(to - from));
}

static int collect(struct job *job, enum collect_phase phase)
{
	struct thermal *a = job->priv, b;
	bool cores, packages;

	if (phase == COLLECT_BEFORE_ITERATION) {
		if (!a)
			job->priv = a = xcalloc(1, sizeof(*a));
		thermal__read("", a);
		if (a->has_cores || a->has_packages || a->has_zones)
			return 0;
		return delta__unsupported(job,
					  "this system shows neither throttling (thermal_throttle "
					  "of its CPUs) nor a thermal zone");
	}
	thermal__read("", &b);
	if (!a)
		return 0;
	cores = a->has_cores && b.has_cores;
	packages = a->has_packages && b.has_packages;
	put_delta(job, cores, "core_throttles", a->cores, b.cores);
	put_delta(job, cores, "core_throttled", a->core_ms, b.core_ms);
	put_delta(job, packages, "package_throttles", a->packages, b.packages);
	put_delta(job, packages, "package_throttled", a->package_ms, b.package_ms);
	if (b.has_zones)
		job__sample(job, "hottest", b.hottest);
	return 0;
}

const struct collector col_thermal = {
	.name = "thermal",
	.version = 1,
	.summary = "throttling by heat, and temperature: thermal_throttle, thermal zones",
	.metrics = metrics,
	.phases = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION,
	.max_s = 5,
	.collect = collect,
	.release = job__free_priv,
};
