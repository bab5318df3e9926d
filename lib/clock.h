/* SPDX-License-Identifier: GPL-2.0-only */
/* clock.h - the clocks kduel uses, in nanoseconds. */
#ifndef KDUEL_CLOCK_H
#define KDUEL_CLOCK_H

#include "lib/base.h"
#include <time.h>

#define NSEC_PER_SEC 1000000000ull
#define NSEC_PER_MSEC 1000000ull

static inline uint64_t clock__read(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* Monotonic and unaffected by clock slewing: for every timed region. */
static inline uint64_t clock__ns(void)
{
	return clock__read(CLOCK_MONOTONIC_RAW);
}

/* Wall clock since the Unix epoch: for records only, never for durations. */
static inline uint64_t clock__wall_ns(void)
{
	return clock__read(CLOCK_REALTIME);
}

#endif
