// SPDX-License-Identifier: GPL-2.0-only
#include "runner/campaign/schedule.h"

#include "lib/rng.h"

/* Labels of the streams derived from a plan's seed. Changing one changes every
 * schedule, and campaigns could no longer be resumed. */
enum {
	STREAM_ORDER = 1,
	STREAM_BOOT = 2,
	STREAM_WORK = 3,
};

/* What is booted stays with its place's seeds: only the order is drawn. */
static void swap(struct schedule_slot *a, struct schedule_slot *b)
{
	size_t variant = a->variant;
	int workload = a->workload;

	a->variant = b->variant;
	a->workload = b->workload;
	b->variant = variant;
	b->workload = workload;
}

static void shuffle(struct schedule_slot *s, size_t n, uint64_t seed)
{
	struct rng rng;

	rng__seed(&rng, seed);
	for (size_t i = n; i > 1; i--)
		swap(&s[i - 1], &s[rng__below(&rng, i)]);
}

/* One block: every variant, in exact mode with every workload, each once. */
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
	shuffle(s, n, rng__derive(plan->seed, STREAM_ORDER, block));
}

/* The first block once more, seeds and all, right after it: what does not repeat shows early. */
static void repeat_block(struct schedule_slot *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		s[n + i] = s[i];
		s[n + i].repeat_of = (int)i;
	}
}

void schedule__build(const struct plan *plan, struct schedule_slot **slots, size_t *n)
{
	size_t per_block = plan->n_variants * (plan->exact ? plan->n_workloads : 1);
	struct schedule_slot *s, *at;

	*n = per_block * (plan->boots + plan->exact);
	at = s = xcalloc(*n, sizeof(*s));
	for (unsigned int b = 0; b < plan->boots; b++, at += per_block) {
		fill_block(plan, at, per_block, b);
		if (plan->exact && !b) {
			repeat_block(at, per_block);
			at += per_block;
		}
	}
	for (size_t i = 0; i < *n; i++)
		s[i].slot = (unsigned int)i;
	*slots = s;
}
