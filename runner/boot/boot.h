/* SPDX-License-Identifier: GPL-2.0-only */
/* boot.h - one boot from start to end: agent, collectors, workloads, outcome. */
#ifndef KDUEL_BOOT_BOOT_H
#define KDUEL_BOOT_BOOT_H

#include "runner/boot/record.h"
#include "runner/targets/target.h"

#include <stdatomic.h>

/* Fact with what the agent logged ("cannot read the kernel log: ..."), separated by "; ". */
#define FACT_AGENT_LOG "agent/log"

struct boot_opts {
	const struct target_ops *ops;
	const struct boot_spec *spec;
	uint64_t work_seed; /* the same for all variants of a block */
	const atomic_int *stop; /* non-zero when the user interrupts; shared by several boots */
	/* Called at each step with its name ("booting", "fio-dmcrypt"), and when an iteration
	 * begins, with its number from 1 (0: the step has none, or none has begun). May be NULL. */
	void (*progress)(void *arg, const char *what, unsigned int iteration,
			 unsigned int iterations);
	void *arg;
};

/* Boot, run everything that the plan asks for, power off, and complete `rec`. Any failure becomes
 * the status of the record. No process of the boot is left on return. */
void boot__run(const struct boot_opts *opts, struct record *rec);

#endif
