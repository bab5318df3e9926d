/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sampling.h - how far a difference may be off because it is estimated from samples.
 *
 * Samples of a function are taken as independent, so that their number is Poisson's. Of one side the
 * score interval (Rao), which has limits for no samples as well; of the difference of two sides those
 * that follow from both (MOVER: Zou, Donner 2008, Statistics in Medicine 27, 1693).
 */
#ifndef KDUEL_PROFILE_SAMPLING_H
#define KDUEL_PROFILE_SAMPLING_H

#include "lib/base.h"

/* Samples of several boots, each with a weight: what it adds to the value. */
struct sampled_value {
	double n, sum, square; /* samples; their weights, and these squared, added up */
};

static inline void sampled_value__add(struct sampled_value *v, uint64_t samples, double weight)
{
	v->n += (double)samples;
	v->sum += weight * (double)samples;
	v->square += weight * weight * (double)samples;
}

/* Limits of the second value less the first, 95 %. `weight`: of a sample, should a side have none. */
void sampling__difference(const struct sampled_value side[2], const double weight[2],
			  double limits[2]);

#endif
