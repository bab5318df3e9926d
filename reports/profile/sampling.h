/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sampling.h - uncertainty of a difference due to sampling.
 *
 * Samples of a function are assumed to be independent, so their number is Poisson-distributed. For
 * one side this uses Rao's score interval, which is also defined for zero samples; for the
 * difference of two sides, the limits derived from both (MOVER: Zou, Donner 2008, Statistics in
 * Medicine 27, 1693).
 */
#ifndef KDUEL_PROFILE_SAMPLING_H
#define KDUEL_PROFILE_SAMPLING_H

#include "lib/base.h"

/* Samples of several boots. The weight of a sample is what it adds to the value. */
struct sampled_value {
	double n, sum, square; /* number of samples; sum of weights; sum of squared weights */
};

static inline void sampled_value__add(struct sampled_value *v, uint64_t samples, double weight)
{
	v->n += (double)samples;
	v->sum += weight * (double)samples;
	v->square += weight * weight * (double)samples;
}

/* 95 % limits of the second value minus the first. `weight`: of a single sample, used if a side has
 * none. */
void sampling__difference(const struct sampled_value side[2], const double weight[2],
			  double limits[2]);

#endif
