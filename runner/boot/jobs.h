/* SPDX-License-Identifier: GPL-2.0-only */
/* jobs.h - the jobs of the agent in one boot, in order. */
#ifndef KDUEL_BOOT_JOBS_H
#define KDUEL_BOOT_JOBS_H

#include "runner/targets/target.h"
#include "runner/wire/wire.h"

struct boot_job {
	struct wire_msg order; /* owns its arrays; their strings belong to the plan */
	const char *as; /* workload that its samples belong to: its name, or "boot" */
	const struct metric *declared; /* metrics that follow from its parameters, or NULL */
	unsigned int warmup; /* leading iterations that do not count */
	/* What the agent's bounds come to, ms: of one timed part with its collectors, and of all
	 * steps of the job. */
	uint64_t iteration_ms, bound_ms;
};

struct boot_jobs {
	struct boot_job *v;
	size_t n;
};

/* Build the list: collectors after the boot, the workloads that this boot runs, collectors at the
 * end. `work_seed` seeds the work. To be released. */
void boot_jobs__build(const struct boot_spec *spec, uint64_t work_seed, struct boot_jobs *jobs);
/* Write them as a file of wire messages that ends with quit. 0 or -errno with `err` set. */
int boot_jobs__write(const struct boot_jobs *jobs, const char *path, struct err *err);
/* No list of jobs takes longer: the sum of their bounds. */
uint64_t boot_jobs__bound_ns(const struct boot_jobs *jobs);
void boot_jobs__release(struct boot_jobs *jobs);

#endif
