/* SPDX-License-Identifier: GPL-2.0-only */
/* sampler.h - samples every Nth occurrence of an event in the kernel, on each CPU, by libperf. */
#ifndef KDUEL_COLLECTORS_PMC_SAMPLER_H
#define KDUEL_COLLECTORS_PMC_SAMPLER_H

#include "collectors/pmc/ring.h"

struct pmc_sampler;

struct pmc_sampling {
	uint32_t type; /* of struct perf_event_attr */
	uint64_t config, period;
	bool skip_idle; /* only possible for clock events */
	uint64_t room; /* size of a CPU's ring in bytes, rounded up to pages and a power of two */
};

/* Open it on all online CPUs, disabled. -errno of perf_event_open(2) or mmap(2); -ENOBUFS: the
 * rings are larger than kernel.perf_event_mlock_kb. */
int pmc_sampler__open(const struct pmc_sampling *what, struct pmc_sampler **out);
void pmc_sampler__start(struct pmc_sampler *s);
void pmc_sampler__stop(struct pmc_sampler *s);
/* To be called while it is stopped: append the samples in the rings, and empty them. A full ring
 * counts as a loss. */
int pmc_sampler__drain(struct pmc_sampler *s, struct pmc_samples *out);
/* NULL is fine. */
void pmc_sampler__close(struct pmc_sampler *s);

#endif
