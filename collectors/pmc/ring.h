/* SPDX-License-Identifier: GPL-2.0-only */
/* ring.h - parses the kernel's ring buffers of samples (perf_event_open(2), only
 * PERF_SAMPLE_IP). */
#ifndef KDUEL_COLLECTORS_PMC_RING_H
#define KDUEL_COLLECTORS_PMC_RING_H

#include "lib/base.h"

struct pmc_samples {
	uint64_t *ip; /* kernel addresses; owned */
	size_t n;
	uint64_t elsewhere; /* samples of user space, guests or a hypervisor */
	uint64_t lost; /* samples that the kernel could not store */
	uint64_t throttled; /* how often it suspended sampling */
	uint64_t counted; /* events, according to the counters themselves */
	size_t cpus; /* number of CPUs that all this is from */
	uint64_t idle; /* CPUs whose counter did not run all the time, as others used it */
};

/* Add the records between `tail` and `head` of a ring of `size` bytes, a power of two. -EPROTO:
 * they are not as the kernel writes them. */
int pmc_ring__take(const uint8_t *data, uint64_t size, uint64_t tail, uint64_t head,
		   struct pmc_samples *s);
/* Are there as many samples as the counters have counted periods? Each CPU may be off by one
 * period, and their sum by 2 %. An emulated or virtualized PMU may count correctly and yet
 * interrupt at will. */
bool pmc_samples__agree(const struct pmc_samples *s, uint64_t period);
void pmc_samples__release(struct pmc_samples *s);

#endif
