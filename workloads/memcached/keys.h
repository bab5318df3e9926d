/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * keys.h - the load generator's choice of keys: uniform or Zipf-distributed, from a seed.
 *
 * A permutation scatters popular keys over the key space, so that they are not neighbours in the
 * server's memory. The same seed gives the same sequence on every machine.
 */
#ifndef KDUEL_WORKLOADS_MEMCACHED_KEYS_H
#define KDUEL_WORKLOADS_MEMCACHED_KEYS_H

#include "lib/rng.h"

enum keys_dist { KEYS_UNIFORM, KEYS_ZIPF };

/* Immutable once initialized: threads share it, each with its own rng. */
struct keys {
	enum keys_dist dist;
	uint64_t n;
	uint64_t mul, add; /* permutation: rank * mul + add mod n */
	double theta, h_first, h_last, skip; /* Zipf, see keys.c */
};

/* `n` keys, 1 <= n < 2^32; theta > 0 is the Zipf exponent, unused for KEYS_UNIFORM. */
void keys__init(struct keys *k, enum keys_dist dist, uint64_t n, double theta, uint64_t seed);
/* The number of the next key, below n. */
uint64_t keys__next(const struct keys *k, struct rng *rng);
/* The popularity rank of the next key, before the permutation, below n; 0 is the most popular. */
uint64_t keys__rank(const struct keys *k, struct rng *rng);

#endif
