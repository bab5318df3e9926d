/* SPDX-License-Identifier: GPL-2.0-only */
/* jobs.h - the jobs of the agent in one boot, in order. */
#ifndef KDUEL_BOOT_JOBS_H
#define KDUEL_BOOT_JOBS_H

#include "runner/targets/target.h"
#include "runner/wire/wire.h"

struct boot_job {
	struct wire_msg order; /* owns its arrays; the strings belong to the plan */
	const char *as; /* workload that its samples belong to: its name, or "boot" */
	const struct metric *declared; /* metrics that depend on its parameters, or NULL */
	unsigned int warmup; /* number of leading iterations that do not count */
	/* Limits that follow from those that the agent enforces, in ms: for one timed part with its
	 * collectors, and for the whole job. */
	uint64_t iteration_ms, bound_ms;
};

struct boot_jobs {
	struct boot_job *v;
	size_t n;
};

/* Make the list: collectors after the boot, the workloads of this boot, collectors at the end.
 * `work_seed` seeds the workloads. Free with boot_jobs__release(). */
void boot_jobs__build(const struct boot_spec *spec, uint64_t work_seed, struct boot_jobs *jobs);
/* Write the jobs to a file of wire messages, which ends with quit. 0 or -errno with `err`. */
int boot_jobs__write(const struct boot_jobs *jobs, const char *path, struct err *err);
/* The sum of the limits of all jobs, in ns. */
uint64_t boot_jobs__bound_ns(const struct boot_jobs *jobs);
void boot_jobs__release(struct boot_jobs *jobs);

#endif
