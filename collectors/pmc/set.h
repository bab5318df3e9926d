/* SPDX-License-Identifier: GPL-2.0-only */
/* set.h - a group of counters on a number of CPUs, through libperf. */
#ifndef KDUEL_COLLECTORS_PMC_SET_H
#define KDUEL_COLLECTORS_PMC_SET_H

#include "collectors/pmc/pmc.h"

struct pmc_set;

/* Where a set counts. */
struct pmc_scope {
	const char *cpus; /* a list such as "0-3"; "": all online CPUs */
	const char *cgroup; /* a directory of cgroupfs: only its tasks; NULL or "": all tasks */
	bool tree; /* this thread and its future children, on any CPU, in any cgroup */
	bool self; /* this process alone, while it is on one of these CPUs */
};

/* Open the counters of a group, disabled. They are on the PMU together or not at all; `pinned`:
 * always or never (then they are in error state). -errno of open(2) for the cgroup or of
 * perf_event_open(2), or -ENOMEM. */
int pmc_set__open(const struct pmc_group *g, const struct pmc_scope *scope, bool pinned,
		  struct pmc_set **out);
void pmc_set__start(struct pmc_set *s);
void pmc_set__stop(struct pmc_set *s);
size_t pmc_set__cpus(const struct pmc_set *s);
/* Read the counts since the counters were opened, as [counter * pmc_set__cpus() + cpu]. A counter
 * in error state reads as all zero. */
void pmc_set__read(struct pmc_set *s, struct pmc_reading *out);
/* NULL is fine. */
void pmc_set__close(struct pmc_set *s);

#endif
