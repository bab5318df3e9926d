/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rng.h - seeded random numbers that are the same on every machine and libc.
 *
 * xoshiro256** seeded by splitmix64 (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", 2021). Not for secrets.
 */
#ifndef KDUEL_RNG_H
#define KDUEL_RNG_H

#include "lib/base.h"

struct rng {
	uint64_t s[4];
};

/* Expand a 64-bit seed into the state. */
void rng__seed(struct rng *r, uint64_t seed);
uint64_t rng__next(struct rng *r);
/* Uniform in [0, n), without modulo bias; n > 0. */
uint64_t rng__below(struct rng *r, uint64_t n);
/* Uniform in [0, 1) with 53 bits. */
double rng__unit(struct rng *r);
/* Standard normal deviate (Marsaglia's polar method). */
double rng__normal(struct rng *r);
/* Derive a seed from a seed and two labels, so that different purposes get independent streams. */
uint64_t rng__derive(uint64_t seed, uint64_t a, uint64_t b);

#endif
