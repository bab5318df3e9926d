/* SPDX-License-Identifier: GPL-2.0-only */
/* cgroup.h - counters for the tasks of a cgroup, which libperf does not support. */
#ifndef KDUEL_COLLECTORS_PMC_CGROUP_H
#define KDUEL_COLLECTORS_PMC_CGROUP_H

#include "collectors/pmc/pmc.h"

#include <linux/perf_event.h>

struct pmc_cgroup {
	int *fds; /* [counter * n_cpus + cpu]; the first counter leads */
	size_t n, n_cpus;
};

/* Open `n` counters on `n_cpus` CPUs for the cgroup whose directory is `path`; returns as
 * pmc_set__open() does. To be closed in any case. */
int pmc_cgroup__open(struct pmc_cgroup *c, const char *path, struct perf_event_attr *attrs,
		     size_t n, const int *cpus, size_t n_cpus);
void pmc_cgroup__switch(const struct pmc_cgroup *c, bool on);
/* Works like pmc_set__read(). */
void pmc_cgroup__read(const struct pmc_cgroup *c, struct pmc_reading *out);
void pmc_cgroup__close(struct pmc_cgroup *c);

#endif
