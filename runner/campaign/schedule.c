// SPDX-License-Identifier: GPL-2.0-only
/* schedule.c - the order of boots: randomised blocks from the plan's seed. */
#include "runner/campaign/schedule.h"

#include "lib/rng.h"

/* Labels of the random streams derived from a plan's seed. Never change them: that would change every
 * schedule, and stored campaigns could no longer be resumed. */
enum {
	STREAM_ORDER = 1,
	STREAM_BOOT = 2,
	STREAM_WORK = 3,
};

/* Shuffle variants and workloads within a block; the seeds stay with their slots. */
static void shuffle_block(struct schedule_slot *s, size_t n, uint64_t seed)
{
	struct rng rng;

	rng__seed(&rng, seed);
	for (size_t i = n; i > 1; i--) {
		struct schedule_slot *a = &s[i - 1], *b = &s[rng__below(&rng, i)];
		size_t variant = a->variant;
		int workload = a->workload;

		a->variant = b->variant;
		a->workload = b->workload;
		b->variant = variant;
		b->workload = workload;
	}
}

/* Fill one block: every variant once, or in exact mode every variant with every workload once. */
static void fill_block(const struct plan *plan, struct schedule_slot *s, size_t n, uint64_t block)
{
	for (size_t i = 0; i < n; i++) {
		s[i].block = (unsigned int)block;
		s[i].variant = i % plan->n_variants;
		s[i].workload = plan->exact ? (int)(i / plan->n_variants) : -1;
		s[i].repeat_of = -1;
		s[i].boot_seed = rng__derive(plan->seed, STREAM_BOOT, block * n + i);
		s[i].work_seed = rng__derive(plan->seed, STREAM_WORK, block);
	}
	shuffle_block(s, n, rng__derive(plan->seed, STREAM_ORDER, block));
}

void schedule__build(const struct plan *plan, struct schedule_slot **slots, size_t *n)
{
	size_t per_block = plan->n_variants * (plan->exact ? plan->n_workloads : 1);
	struct schedule_slot *s, *at;

	*n = per_block * (plan->boots + plan->exact);
	at = s = xcalloc(*n, sizeof(*s));
	for (unsigned int b = 0; b < plan->boots; b++, at += per_block) {
		fill_block(plan, at, per_block, b);
		/* Repeat the first block right after it, to detect early if boots are not
		 * deterministic. */
		for (size_t i = 0; plan->exact && !b && i < per_block; i++) {
			at[per_block + i] = at[i];
			at[per_block + i].repeat_of = (int)i;
		}
		if (plan->exact && !b)
			at += per_block;
	}
	for (size_t i = 0; i < *n; i++)
		s[i].slot = (unsigned int)i;
	*slots = s;
}
