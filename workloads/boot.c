// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot: does nothing. A boot with this workload yields what the collectors see after boot: memory,
 * boot time, the kernel log.
 */
#include "workloads/workload.h"

static int run(struct job *job __unused)
{
	return 0;
}

static const struct metric no_metrics[] = { { .name = NULL } };

const struct workload wl_boot = {
	.name = "boot",
	.version = 1,
	.summary = "boot only: memory, boot time and kernel log, no work",
	.metrics = no_metrics,
	.iteration_max_s = 5,
	.setup_max_s = 5,
	.no_iterations = true,
	.run = run,
};
