// SPDX-License-Identifier: GPL-2.0-only
/* components.c - variance between and within boots, pooled over sides. */
#include "reports/analysis/components.h"
#include "reports/stats/stats.h"

#include <math.h>

/* Sums of squares, pooled over sides and boots. */
struct pool {
	/* Within: around the mean of a boot; between: of boot means around the mean of a side. */
	double within, between;
	double df_within, df_between;
	double inverse; /* sum of 1 / values per boot */
};

static double on_scale(double v, bool linear)
{
	return linear ? v : log(v);
}

/* Add the sums of squares of one side. */
static void pool_side(const struct summary *s, bool linear, struct pool *p)
{
	_free_ double *means = xcalloc(s->n + 1, sizeof(*means));

	for (size_t i = 0; i < s->n; i++) {
		const struct spread *b = &s->spreads[i];

		means[i] = linear ? b->mean : b->log_mean;
		p->within += (linear ? b->var : b->log_var) * (double)(b->n - 1);
		p->df_within += (double)(b->n - 1);
		p->inverse += 1 / (double)b->n;
	}
	if (s->n < 2)
		return;
	p->between += stats__variance(means, s->n) * (double)(s->n - 1);
	p->df_between += (double)(s->n - 1);
}

/* One-way analysis of variance with boots as groups. The variance of boot means includes within /
 * n_iter, which is subtracted; the rest may fall below 0 by chance. */
void components__of(const struct summary *const *sides, size_t n_sides, struct components *out)
{
	struct pool p = { 0 };
	double sum = 0;

	*out = (struct components){
		.within = NAN, .between = NAN, .icc = NAN, .n_iter = NAN, .typical = NAN
	};
	for (size_t k = 0; k < n_sides; k++) {
		out->linear = out->linear || sides[k]->nonpositive;
		out->n_boots += sides[k]->n;
	}
	for (size_t k = 0; k < n_sides; k++) {
		pool_side(sides[k], out->linear, &p);
		for (size_t i = 0; i < sides[k]->n; i++)
			sum += on_scale(sides[k]->boots[i], out->linear);
	}
	if (!out->n_boots)
		return;
	sum /= (double)out->n_boots;
	out->typical = out->linear ? sum : exp(sum);
	out->n_iter = (double)out->n_boots / p.inverse;
	if (p.df_within > 0)
		out->within = p.within / p.df_within;
	if (p.df_between > 0)
		out->between = p.between / p.df_between;
	if (p.df_within > 0 && p.df_between > 0) {
		out->between = fmax(0, out->between - out->within / out->n_iter);
		out->icc = out->between / (out->between + out->within);
	}
}

/* A boot in the order of the schedule. */
struct placed {
	unsigned int slot;
	size_t side;
	double r; /* deviation from the mean of the side */
};

static int compare_slots(const void *x, const void *y)
{
	const struct placed *a = x, *b = y;
	int c = (a->slot > b->slot) - (a->slot < b->slot);

	return c ? c : (a->side > b->side) - (a->side < b->side);
}

/* Add the boots of a side as deviations from its mean, so that a difference between the sides does
 * not look like correlation. Returns how many. */
static size_t place_boots(const struct summary *s, size_t side, bool linear, struct placed *out)
{
	_free_ double *z = xcalloc(s->n + 1, sizeof(*z));

	for (size_t i = 0; i < s->n; i++)
		z[i] = on_scale(s->boots[i], linear);
	for (size_t i = 0; i < s->n; i++)
		out[i] = (struct placed){ s->slots[i], side, z[i] - stats__mean(z, s->n) };
	return s->n;
}

/* If not interleaved, the last boot of one side and the first of the next are not neighbours. */
double components__lag1(const struct summary *const *sides, size_t n_sides, bool linear,
			bool interleaved)
{
	double products = 0, squares = 0;
	struct placed *all;
	size_t n = 0;

	for (size_t k = 0; k < n_sides; k++)
		n += sides[k]->n;
	all = xcalloc(n + 1, sizeof(*all));
	n = 0;
	for (size_t k = 0; k < n_sides; k++)
		n += place_boots(sides[k], k, linear, all + n);
	if (interleaved)
		qsort(all, n, sizeof(*all), compare_slots);
	for (size_t i = 0; i < n; i++) {
		squares += all[i].r * all[i].r;
		if (i && (interleaved || all[i].side == all[i - 1].side))
			products += all[i].r * all[i - 1].r;
	}
	free(all);
	return n >= 4 && squares > 0 ? products / squares : NAN;
}
