/* SPDX-License-Identifier: GPL-2.0-only */
/* sampler.h - an event on each CPU whose every Nth occurrence in the kernel is a sample, by libperf. */
#ifndef KDUEL_COLLECTORS_PMC_SAMPLER_H
#define KDUEL_COLLECTORS_PMC_SAMPLER_H

#include "collectors/pmc/ring.h"

struct pmc_sampler;

struct pmc_sampling {
	uint32_t type; /* of struct perf_event_attr */
	uint64_t config, period;
	bool skip_idle; /* only clocks can */
	uint64_t room; /* bytes of a CPU's ring, rounded up to pages and a power of two */
};

/* Open it on all CPUs that are online, off. -errno as perf_event_open(2) and mmap(2) give it; -ENOBUFS: the
 * rings are larger than kernel.perf_event_mlock_kb. */
int pmc_sampler__open(const struct pmc_sampling *what, struct pmc_sampler **out);
void pmc_sampler__start(struct pmc_sampler *s);
void pmc_sampler__stop(struct pmc_sampler *s);
/* While it is stopped: add what the rings have, and empty them. A ring that is full counts as a loss. */
int pmc_sampler__drain(struct pmc_sampler *s, struct pmc_samples *out);
/* NULL is fine. */
void pmc_sampler__close(struct pmc_sampler *s);

#endif
