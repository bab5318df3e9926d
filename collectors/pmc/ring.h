/* SPDX-License-Identifier: GPL-2.0-only */
/* ring.h - what the kernel wrote into a ring of samples (perf_event_open(2), PERF_SAMPLE_IP alone). */
#ifndef KDUEL_COLLECTORS_PMC_RING_H
#define KDUEL_COLLECTORS_PMC_RING_H

#include "lib/base.h"

struct pmc_samples {
	uint64_t *ip; /* kernel addresses; owned */
	size_t n;
	uint64_t elsewhere; /* samples of user space, guests or a hypervisor */
	uint64_t lost; /* samples that the kernel could not write down */
	uint64_t throttled; /* times that it stopped taking any for a while */
	uint64_t counted; /* events, by the counters themselves */
	size_t cpus; /* of which all this is */
	uint64_t idle; /* CPUs whose counter was not on all the time, as others have it */
};

/* Add what is between `tail` and `head` of a ring of `size` bytes, a power of two. -EPROTO: it is not as
 * the kernel writes it. */
int pmc_ring__take(const uint8_t *data, uint64_t size, uint64_t tail, uint64_t head,
		   struct pmc_samples *s);
/* Are there as many samples as the counters have counted periods? Each CPU may be a period off, and all of them
 * 2 %. What emulates or virtualizes a PMU may count well and interrupt as it likes. */
bool pmc_samples__agree(const struct pmc_samples *s, uint64_t period);
void pmc_samples__release(struct pmc_samples *s);

#endif
