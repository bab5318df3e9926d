/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * schedule.h - in which order variants boot.
 *
 * Randomised blocks: each block has every variant once, in an order of its
 * own, so that drift of the host hits all variants alike. The same plan gives
 * the same schedule on every machine, and resuming needs nothing else.
 */
#ifndef KDUEL_SCHEDULE_H
#define KDUEL_SCHEDULE_H

#include "runner/plan.h"

struct schedule_slot {
	unsigned int slot; /* position, 0-based */
	unsigned int block; /* 0 .. plan->boots - 1 */
	size_t variant; /* index into plan->variants */
	uint64_t boot_seed; /* for the target: another one for every boot */
	uint64_t work_seed; /* for workloads: the same for all variants of a block */
};

/* All boots of a plan in order; *slots is owned by the caller (free()). */
void schedule__build(const struct plan *plan, struct schedule_slot **slots, size_t *n);

#endif
