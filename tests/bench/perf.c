// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf.c - the cost of counting: start, stop and read 12 events on all CPUs: hardware events if there is
 * a PMU, otherwise software events, in both cases 12 counters per CPU.
 */
#include "collectors/pmc/pmu.h"
#include "collectors/pmc/set.h"
#include "lib/clock.h"

#include <linux/perf_event.h>

#define EVENTS 12
#define ROUNDS 2001
#define WANT_US 200.0

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Twelve events, alternately instructions and cycles. The PMU may not have room for all of them at once, but
 * all of them are switched on and off. */
static void fill(struct pmc_slot *slots, struct pmc_group *groups, bool hardware)
{
	for (size_t i = 0; i < EVENTS; i++) {
		struct pmc_spec *s = &slots[i].spec;
		struct pmc_group *g = &groups[i / 4];

		s->side = PMC_KERNEL;
		s->type = hardware ? PERF_TYPE_HARDWARE : PERF_TYPE_SOFTWARE;
		s->config = hardware ? (i % 2 ? PERF_COUNT_HW_CPU_CYCLES :
						PERF_COUNT_HW_INSTRUCTIONS) :
				       (i % 2 ? PERF_COUNT_SW_PAGE_FAULTS :
						PERF_COUNT_SW_CONTEXT_SWITCHES);
		g->slots[g->n++] = &slots[i];
	}
}

static int open_all(struct pmc_set **sets, const struct pmc_group *groups)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < EVENTS / 4; i++)
		ret = pmc_set__open(&groups[i], &(struct pmc_scope){ .cpus = "" }, false, &sets[i]);
	return ret;
}

static uint64_t once(struct pmc_set **sets, struct pmc_reading *r)
{
	uint64_t begin = clock__ns();

	for (size_t i = 0; i < EVENTS / 4; i++)
		pmc_set__start(sets[i]);
	for (size_t i = 0; i < EVENTS / 4; i++)
		pmc_set__stop(sets[i]);
	for (size_t i = 0; i < EVENTS / 4; i++)
		pmc_set__read(sets[i], r);
	return clock__ns() - begin;
}

/* A percentile of the sorted rounds, in microseconds. */
static double microseconds(const uint64_t *sorted, size_t percent)
{
	size_t at = ROUNDS * percent / 100;

	return (double)sorted[at] / 1e3;
}

int main(void)
{
	static uint64_t ns[ROUNDS];
	struct pmc_slot slots[EVENTS] = { 0 };
	struct pmc_group groups[EVENTS / 4] = { 0 };
	struct pmc_set *sets[EVENTS / 4] = { NULL };
	struct pmc_reading *r;
	struct pmc_pmu pmu;
	double us;
	int ret;

	pmc_pmu__find(PMC_SYSFS, &pmu);
	fill(slots, groups, pmu.name[0]);
	ret = open_all(sets, groups);
	if (ret) {
		printf("perf: not measured: perf_event_open: %s\n", strerror(-ret));
		pmc_pmu__release(&pmu);
		return 0;
	}
	r = xcalloc(4 * pmc_set__cpus(sets[0]), sizeof(*r));
	for (size_t i = 0; i < ROUNDS; i++)
		ns[i] = once(sets, r);
	qsort(ns, ROUNDS, sizeof(*ns), by_size);
	us = microseconds(ns, 50);
	printf("perf: start, stop and read %d %s events on %zu CPUs: median %.1f us (%.1f to %.1f "
	       "for 9 of 10), wanted < %.0f\n",
	       EVENTS, pmu.name[0] ? pmu.name : "software", pmc_set__cpus(sets[0]), us,
	       microseconds(ns, 5), microseconds(ns, 95), WANT_US);
	for (size_t i = 0; i < EVENTS / 4; i++)
		pmc_set__close(sets[i]);
	free(r);
	pmc_pmu__release(&pmu);
	return us < WANT_US ? 0 : 1;
}
