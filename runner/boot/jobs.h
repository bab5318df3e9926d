/* SPDX-License-Identifier: GPL-2.0-only */
/* jobs.h - what the agent of one boot is to do, in order. */
#ifndef KDUEL_BOOT_JOBS_H
#define KDUEL_BOOT_JOBS_H

#include "runner/targets/target.h"
#include "runner/wire/wire.h"

struct boot_job {
	struct wire_msg order; /* its arrays are owned, what they point at belongs to the plan */
	const char *as; /* the name that its samples are filed under */
	const struct metric *declared; /* metrics of its own that the plan declares, or NULL */
	unsigned int warmup; /* leading iterations that do not count */
};

struct boot_jobs {
	struct boot_job *v;
	size_t n;
};

/* Collectors after the boot, the workloads that this boot runs, collectors at the end.
 * `work_seed` is that of the workloads. To be released. */
void boot_jobs__build(const struct boot_spec *spec, uint64_t work_seed, struct boot_jobs *jobs);
/* Write them as a file of wire messages that ends with quit. 0 or -errno with `err` set. */
int boot_jobs__write(const struct boot_jobs *jobs, const char *path, struct err *err);
void boot_jobs__release(struct boot_jobs *jobs);

#endif
