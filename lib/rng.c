// SPDX-License-Identifier: GPL-2.0-only
/* rng.c - xoshiro256** and splitmix64, as their authors publish them. */
#include "lib/rng.h"

#include <math.h>

/* Steele, Lea and Flood, 2014; the authors of xoshiro recommend it for expanding a 64-bit seed. */
static uint64_t splitmix64(uint64_t *x)
{
	uint64_t z = (*x += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

void rng__seed(struct rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		r->s[i] = splitmix64(&seed);
}

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

/* xoshiro256** 1.0 (Blackman and Vigna, https://prng.di.unimi.it). Results must not change:
 * schedules and stored seeds depend on them. */
uint64_t rng__next(struct rng *r)
{
	uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

/* Reject draws above the largest multiple of n: x % n alone would favour small numbers. */
uint64_t rng__below(struct rng *r, uint64_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % n, x;

	do
		x = rng__next(r);
	while (x >= limit);
	return x % n;
}

/* The upper 53 bits: the precision of a double. */
double rng__unit(struct rng *r)
{
	return (double)(rng__next(r) >> 11) * 0x1p-53;
}

/* Marsaglia's polar method. The second number of each pair is dropped, as keeping it would take
 * state. */
double rng__normal(struct rng *r)
{
	double u, v, q;

	do {
		u = 2 * rng__unit(r) - 1;
		v = 2 * rng__unit(r) - 1;
		q = u * u + v * v;
	} while (q >= 1 || q == 0);
	return u * sqrt(-2 * log(q) / q);
}

/* The labels are mixed in one after the other, so that streams with neighbouring labels are
 * independent. */
uint64_t rng__derive(uint64_t seed, uint64_t a, uint64_t b)
{
	uint64_t x = seed;

	x = splitmix64(&x) ^ a;
	x = splitmix64(&x) ^ b;
	return splitmix64(&x);
}
