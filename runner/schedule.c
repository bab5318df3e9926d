// SPDX-License-Identifier: GPL-2.0-only
#include "runner/schedule.h"

#include "lib/rng.h"

/* Labels of the streams derived from a plan's seed. Changing one changes every
 * schedule, and campaigns could no longer be resumed. */
enum {
	STREAM_ORDER = 1,
	STREAM_BOOT = 2,
	STREAM_WORK = 3,
};

static void shuffle(struct schedule_slot *s, size_t n, uint64_t seed)
{
	struct rng rng;

	rng__seed(&rng, seed);
	for (size_t i = n; i > 1; i--) {
		size_t j = rng__below(&rng, i), v = s[i - 1].variant;

		s[i - 1].variant = s[j].variant;
		s[j].variant = v;
	}
}

void schedule__build(const struct plan *plan, struct schedule_slot **slots, size_t *n)
{
	struct schedule_slot *s;

	*n = plan->n_variants * plan->boots;
	s = xcalloc(*n, sizeof(*s));
	for (size_t i = 0; i < *n; i++) {
		uint64_t block = i / plan->n_variants;

		s[i].slot = (unsigned int)i;
		s[i].block = (unsigned int)block;
		s[i].variant = i % plan->n_variants;
		s[i].boot_seed = rng__derive(plan->seed, STREAM_BOOT, i);
		s[i].work_seed = rng__derive(plan->seed, STREAM_WORK, block);
	}
	for (unsigned int b = 0; b < plan->boots; b++)
		shuffle(s + b * plan->n_variants, plan->n_variants,
			rng__derive(plan->seed, STREAM_ORDER, b));
	*slots = s;
}
