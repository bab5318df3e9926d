/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spikes.h - single nights that stand out of their neighbours: the Hampel filter with a scale from
 * the differences of neighbouring nights, which a step does not inflate. Pure functions.
 */
#ifndef KDUEL_STATS_SPIKES_H
#define KDUEL_STATS_SPIKES_H

#include "lib/base.h"

struct spikes;

/* For looks at stretches of x[0..n), nights on the scale of the test. The caller frees it. */
struct spikes *spikes__new(const double *x, size_t n);
void spikes__free(struct spikes *s);

/* Write x[from, to) to y, spikes replaced by the median of their neighbourhood of five (three at
 * the ends). A spike is further from it than `hampel` standard deviations. */
void spikes__replace(struct spikes *s, const double *x, size_t from, size_t to, double hampel,
		     double *y);

#endif
