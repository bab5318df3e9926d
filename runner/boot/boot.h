/* SPDX-License-Identifier: GPL-2.0-only */
/* boot.h - one boot from start to end: agent, collectors, workloads, outcome. */
#ifndef KDUEL_BOOT_BOOT_H
#define KDUEL_BOOT_BOOT_H

#include "runner/boot/record.h"
#include "runner/targets/target.h"

#include <stdatomic.h>

struct boot_opts {
	const struct target_ops *ops;
	const struct boot_spec *spec;
	uint64_t work_seed; /* the same for all variants of a block */
	const atomic_int *stop; /* becomes non-zero when the user interrupts; several boots read it */
	/* Called at each step with what is going on ("booting", "fio-dmcrypt"); may be NULL. */
	void (*progress)(void *arg, const char *what);
	void *arg;
};

/* Boot, run everything the plan asks for, shut down, and complete `rec`. Whatever goes
 * wrong is the record's status; nothing stays behind. */
void boot__run(const struct boot_opts *opts, struct record *rec);

#endif
