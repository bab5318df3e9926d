/* SPDX-License-Identifier: GPL-2.0-only */
/* boot.h - one boot from start to end: agent, collectors, workloads, outcome. */
#ifndef KDUEL_BOOT_BOOT_H
#define KDUEL_BOOT_BOOT_H

#include "runner/boot/record.h"
#include "runner/targets/target.h"

#include <stdatomic.h>

/* The fact that has what the agent logged ("cannot read the kernel log: ..."), "; " between. */
#define FACT_AGENT_LOG "agent/log"

struct boot_opts {
	const struct target_ops *ops;
	const struct boot_spec *spec;
	uint64_t work_seed; /* the same for all variants of a block */
	const atomic_int *stop; /* becomes non-zero when the user interrupts; several boots read it */
	/* Called at each step with its name ("booting", "fio-dmcrypt"), and at each iteration that the
	 * guest reports, counted from 1 (0: it has none, or not begun); may be NULL. */
	void (*progress)(void *arg, const char *what, unsigned int iteration,
			 unsigned int iterations);
	void *arg;
};

/* Boot, run everything that the plan asks for, power off, and complete `rec`. A failure of any kind
 * becomes the record's status. No process is left when it returns. */
void boot__run(const struct boot_opts *opts, struct record *rec);

#endif
