// SPDX-License-Identifier: GPL-2.0-only
/* boottime: the time from the kernel's first tick to the first instruction of the agent. */
#include "collectors/collector.h"
#include "lib/clock.h"

static int collect(struct job *job, enum collect_phase phase __unused)
{
	if (!job->env->scratch || !job->env->agent_start_ns)
		return job__fail(job, -EOPNOTSUPP,
				 "boot time is known only where the agent is the first process; "
				 "here it was started on a running system");
	job__sample(job, "kernel_to_agent", (double)job->env->agent_start_ns / NSEC_PER_SEC);
	return 0;
}

static const struct metric metrics[] = {
	METRIC(.name = "kernel_to_agent", .unit = "s", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .primary = true, .per_boot = true, .margin_rel = 0.02,
	       .help = "from the start of the kernel's clock to the start of the agent"),
	{ .name = NULL },
};

const struct collector col_boottime = {
	.name = "boottime",
	.version = 1,
	.summary = "time from kernel start to the agent",
	.metrics = metrics,
	.phases = COLLECT_AFTER_BOOT,
	.max_s = 5,
	.collect = collect,
};
