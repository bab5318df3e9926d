/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spikes.h - a Hampel filter for single outlier nights. Its scale comes from differences of
 * neighbouring nights, which a step does not inflate. Pure functions.
 */
#ifndef KDUEL_STATS_SPIKES_H
#define KDUEL_STATS_SPIKES_H

#include "lib/base.h"

struct spikes;

/* State for filtering stretches of x[0..n), the nights on the scale of the test. Free with
 * spikes__free(). */
struct spikes *spikes__new(const double *x, size_t n);
void spikes__free(struct spikes *s);

/* Copy x[from, to) to y[0, to - from), with spikes replaced by the median of their neighbourhood of
 * five nights (fewer at the ends). A spike is more than `hampel` standard deviations from that
 * median. Looks are fastest if stretches advance night by night; always pass the x of
 * spikes__new(). */
void spikes__replace(struct spikes *s, const double *x, size_t from, size_t to, double hampel,
		     double *y);

#endif
