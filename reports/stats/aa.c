// SPDX-License-Identifier: GPL-2.0-only
/*
 * aa.c - noise of boots of two equal variants: variance between and within boots, how often the
 * test calls halves of them different, and how many boots and iterations an effect needs. The
 * formulas are in docs/HISTORY.md.
 */
#include "reports/stats/aa.h"

#include "lib/rng.h"
#include "reports/stats/stats.h"

#include <math.h>

#define MIN_LAG_BOOTS 4 /* fewer boots have no meaningful correlation */
#define MIN_ITER 3 /* limits of the best number of iterations, as in planner.h */
#define MAX_ITER 30

const unsigned int aa__mde_boots[AA_MDE] = { 3, 5, 10 };

/* The boots on the scale of the test (logarithms unless `linear`). */
struct scaled {
	double *medians, *means; /* one per boot */
	size_t n;
	bool linear;
	double within; /* pooled variance within boots; NAN with one value per boot */
	double n_iter;
};

/* As in the comparison: one value <= 0, which has no logarithm, puts the whole metric on the linear
 * scale. */
static bool is_linear(const struct aa_input *in)
{
	for (size_t i = 0; i < in->n; i++)
		for (size_t k = 0; k < in->boots[i].n; k++)
			if (!(in->boots[i].v[k] > 0))
				return true;
	return false;
}

/* Medians and means of boots on the scale of the test, and the pooled variance within them. */
static void scale_boots(const struct aa_input *in, struct scaled *s)
{
	double squares = 0, inverse = 0;
	size_t df = 0;

	*s = (struct scaled){ .n = in->n, .linear = is_linear(in) };
	s->medians = xcalloc(in->n, sizeof(*s->medians));
	s->means = xcalloc(in->n, sizeof(*s->means));
	for (size_t i = 0; i < in->n; i++) {
		const struct aa_boot *b = &in->boots[i];
		_free_ double *x = xcalloc(b->n, sizeof(*x));

		for (size_t k = 0; k < b->n; k++)
			x[k] = s->linear ? b->v[k] : log(b->v[k]);
		s->means[i] = stats__mean(x, b->n);
		squares += stats__variance(x, b->n) * (double)(b->n - 1);
		df += b->n - 1;
		/* Relative to the first boot, so that equal counts give exactly that count. */
		inverse += (double)in->boots[0].n / (double)b->n;
		/* As in the comparison: the logarithm of the median, not the median of
		 * logarithms. */
		for (size_t k = 0; k < b->n; k++)
			x[k] = b->v[k];
		s->medians[i] = stats__median(x, b->n);
		if (!s->linear)
			s->medians[i] = log(s->medians[i]);
	}
	s->within = df ? squares / (double)df : NAN;
	s->n_iter = (double)in->boots[0].n * (double)in->n / inverse;
}

/* Autocorrelation of consecutive boots; NAN with too few boots, or if all are equal. */
static double lag1(const double *x, size_t n)
{
	double mean, sum = 0, squares = 0;

	if (n < MIN_LAG_BOOTS)
		return NAN;
	mean = stats__mean(x, n);
	for (size_t i = 0; i < n; i++) {
		squares += (x[i] - mean) * (x[i] - mean);
		if (i)
			sum += (x[i] - mean) * (x[i - 1] - mean);
	}
	return squares > 0 ? sum / squares : NAN;
}

/* The p of the comparison for a given labelling; NAN if a side has fewer than two boots. Both sides
 * share one array: a is filled from the front, b from the back. */
static double p_of(const double *x, const bool *b, size_t n, double resolution)
{
	_free_ double *sides = xcalloc(n, sizeof(*sides));
	struct stats_test t;
	size_t na = 0, nb = 0;

	for (size_t i = 0; i < n; i++) {
		if (b[i])
			sides[n - ++nb] = x[i];
		else
			sides[na++] = x[i];
	}
	if (stats__welch(sides, na, sides + na, nb,
			 stats__se_floor(resolution, na < nb ? na : nb, 2), &t))
		return NAN;
	return t.p;
}

/* Number of balanced labellings of n boots. With even n, a labelling and its mirror image are the
 * same comparison and count once. Capped at `most` + 1, to avoid overflow. */
static size_t count_splits(size_t n, size_t most)
{
	size_t half = n / 2;
	double c = 1;

	for (size_t i = 1; i <= half; i++)
		c = c * (double)(n - half + i) / (double)i;
	c = n % 2 ? c : c / 2;
	return c > (double)most ? most + 1 : (size_t)llround(c);
}

/* Step to the next labelling in descending lexicographic order; false after the last. The last 1
 * followed by a 0 moves one place to the right, and all ones after it move up right behind it. */
static bool next_split(bool *b, size_t n)
{
	size_t i = n - 1, ones = 0;

	while (i > 0 && b[i])
		i--, ones++;
	while (i > 0 && !b[i])
		i--;
	if (!b[i])
		return false;
	b[i] = false;
	for (size_t k = i + 1; k < n; k++)
		b[k] = k - i - 1 < ones + 1;
	return true;
}

/* Fisher-Yates shuffle: all labellings are equally likely. */
static void shuffle_split(bool *b, size_t n, struct rng *rng)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = rng__below(rng, i);
		bool t = b[i - 1];

		b[i - 1] = b[k];
		b[k] = t;
	}
}

/* How often the comparison calls halves of equal boots different. Tries all balanced labellings if
 * there are at most AA_SPLITS, otherwise a random sample. */
static void try_splits(const struct scaled *s, double resolution, uint64_t seed,
		       struct aa_noise *out)
{
	size_t n = s->n, splits = count_splits(n, AA_SPLITS), alarms = 0;
	_free_ bool *b = xcalloc(n, sizeof(*b));
	struct rng rng;

	if (n < AA_MIN_BOOTS)
		return;
	out->all_splits = splits <= AA_SPLITS;
	out->splits = out->all_splits ? splits : AA_SPLITS;
	/* With even n the second half of the order has the mirror images; count_splits() stops
	 * before it. */
	for (size_t i = 0; i < n / 2; i++)
		b[i] = true;
	rng__seed(&rng, seed);
	for (size_t i = 0; i < out->splits; i++) {
		if (!out->all_splits)
			shuffle_split(b, n, &rng);
		else if (i && !next_split(b, n))
			break;
		alarms += p_of(s->medians, b, n, resolution) <= STATS_ALPHA;
	}
	out->false_rate = (double)alarms / (double)out->splits;
}

/* The median of many normal values has pi/2 times the variance of their mean; the median of one or
 * two values is their mean. */
double aa__boot_variance(double sd_boot, double sd_iter, double n_iter)
{
	double waste = n_iter > 2 ? M_PI / 2 : 1;

	if (isnan(sd_iter))
		return sd_boot * sd_boot;
	return sd_boot * sd_boot + waste * sd_iter * sd_iter / n_iter;
}

double aa__mde(double variance, unsigned int boots)
{
	double n = boots;

	return stats__effect(2 * n - 2, STATS_POWER) * sqrt(2 * variance / n);
}

/* Kalibera and Jones (ISMM 2013): sqrt(cost of a boot / cost of an iteration), times the ratio of
 * the spreads (iterations / boots). 0 if a cost or a spread is unknown. */
static unsigned int best_iter(const struct aa_input *in, const struct aa_noise *v)
{
	double m;

	if (isnan(v->sd_iter) || !(in->boot_s > 0) || !(in->iter_s > 0))
		return 0;
	if (v->sd_iter == 0)
		return MIN_ITER;
	m = ceil(sqrt(in->boot_s / in->iter_s) * v->sd_iter / v->sd_boot);
	return m < MIN_ITER ? MIN_ITER : m < MAX_ITER ? (unsigned int)m : MAX_ITER;
}

double aa__size(double share, bool linear, double typical, double v)
{
	if (share > 0)
		return share * (linear ? v : v * fabs(typical));
	return 100 * (linear ? v / fabs(typical) : v);
}

/* The spreads. The variance of boot means includes a part due to the iterations, which is
 * subtracted; the rest may fall below 0 by chance. */
static void describe(const struct scaled *s, struct aa_noise *out)
{
	double between = stats__variance(s->means, s->n), mean = stats__mean(s->means, s->n);

	if (s->within > 0)
		between = fmax(0, between - s->within / s->n_iter);
	out->linear = s->linear;
	out->typical = s->linear ? mean : exp(mean);
	out->sd_boot = s->n > 1 ? sqrt(between) : NAN;
	out->sd_iter = sqrt(s->within);
	out->n_iter = s->n_iter;
	out->lag1 = lag1(s->medians, s->n);
	for (size_t i = 0; i < AA_MDE; i++) {
		double e = aa__mde(aa__boot_variance(out->sd_boot, out->sd_iter, out->n_iter),
				   aa__mde_boots[i]);

		out->mde[i] = s->linear ? e : expm1(e);
	}
}

void aa__analyse(const struct aa_input *in, struct aa_noise *out)
{
	_free_ bool *labels = xcalloc(in->n, sizeof(*labels));
	struct scaled s;
	double resolution;

	*out = (struct aa_noise){ .p = NAN, .false_rate = NAN };
	scale_boots(in, &s);
	describe(&s, out);
	out->best_iter = best_iter(in, out);
	resolution = s.linear ? in->resolution : in->resolution / out->typical;
	for (size_t i = 0; i < in->n; i++)
		labels[i] = in->boots[i].b;
	out->p = p_of(s.medians, labels, s.n, resolution);
	try_splits(&s, resolution, in->seed, out);
	free(s.medians);
	free(s.means);
}
