// SPDX-License-Identifier: GPL-2.0-only
/* keys.c - Zipf distribution without a table, and a permutation that scatters popular keys. */
#include "workloads/memcached/keys.h"

#include <math.h>

/*
 * Zipf by rejection-inversion (Hoermann and Derflinger, "Rejection-inversion to
 * generate variates from monotone discrete distributions", 1996): exact, no table,
 * constant time. hat() is the integral of x^-theta, hat_inv() its inverse; both go
 * through theta = 1 smoothly, where the plain formulas divide by zero.
 */
static double hat(double theta, double x)
{
	double lx = log(x), y = (1 - theta) * lx;

	return fabs(y) > 1e-8 ? expm1(y) / y * lx : lx * (1 + y / 2);
}

static double hat_inv(double theta, double h)
{
	double t = h * (1 - theta);

	if (t < -1)
		t = -1;
	return exp(fabs(t) > 1e-8 ? log1p(t) / t * h : h * (1 - t / 2));
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t r = a % b;

		a = b;
		b = r;
	}
	return a;
}

/* Ranks are mapped to keys as rank * mul + add modulo n, which is a permutation as mul and n are
 * coprime. Without it, popular keys would be neighbours in memory. */
void keys__init(struct keys *k, enum keys_dist dist, uint64_t n, double theta, uint64_t seed)
{
	struct rng rng;

	rng__seed(&rng, seed);
	*k = (struct keys){ .dist = dist, .n = n, .theta = theta };
	k->add = rng__below(&rng, n);
	k->mul = 1 + rng__below(&rng, n);
	while (gcd(k->mul, n) != 1)
		k->mul++;
	if (dist == KEYS_ZIPF) {
		k->h_first = hat(theta, 1.5) - 1;
		k->h_last = hat(theta, (double)n + 0.5);
		k->skip = 2 - hat_inv(theta, hat(theta, 2.5) - pow(2, -theta));
	}
}

/* Returns a rank; 0 is the most popular one. */
static uint64_t zipf(const struct keys *k, struct rng *rng)
{
	for (;;) {
		double u = k->h_last + rng__unit(rng) * (k->h_first - k->h_last);
		double x = hat_inv(k->theta, u), r = floor(x + 0.5);

		if (r < 1)
			r = 1;
		else if (r > (double)k->n)
			r = (double)k->n;
		if (r - x <= k->skip || u >= hat(k->theta, r + 0.5) - pow(r, -k->theta))
			return (uint64_t)r - 1;
	}
}

uint64_t keys__rank(const struct keys *k, struct rng *rng)
{
	return k->dist == KEYS_ZIPF ? zipf(k, rng) : rng__below(rng, k->n);
}

uint64_t keys__next(const struct keys *k, struct rng *rng)
{
	return (keys__rank(k, rng) * k->mul + k->add) % k->n;
}
