/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * schedule.h - the order in which variants boot.
 *
 * Randomised blocks: each block has every variant once, in its own random order, so that drift of the
 * host affects all variants alike. A plan has the same schedule on every machine, so a campaign can
 * be resumed from its plan alone.
 *
 * In exact mode a boot runs one workload, and a block has every variant once with every workload.
 * Every boot has its own seed, which makes all of them independent draws of the memory layout. Only
 * the repeats of block 0, which follow it, have the same seeds as the boots that they repeat.
 */
#ifndef KDUEL_CAMPAIGN_SCHEDULE_H
#define KDUEL_CAMPAIGN_SCHEDULE_H

#include "runner/plan/plan.h"

struct schedule_slot {
	unsigned int slot; /* position, 0-based */
	unsigned int block; /* 0 .. plan->boots - 1 */
	size_t variant; /* index into plan->variants */
	int workload; /* index into plan->workloads: the only one this boot runs; -1: all */
	int repeat_of; /* the slot whose boot this one must reproduce exactly, or -1 */
	uint64_t boot_seed; /* for the target: unique, except that repeats share one */
	uint64_t work_seed; /* for workloads: the same for all variants of a block */
};

/* The schedule of a plan: all boots in order. The caller frees *slots with free(). */
void schedule__build(const struct plan *plan, struct schedule_slot **slots, size_t *n);

#endif
