// SPDX-License-Identifier: GPL-2.0-only
#include "reports/verdict.h"

#include <math.h>

static const char *const names[VERDICT_MAX] = {
	[VERDICT_NONE] = "none",
	[VERDICT_IMPROVEMENT] = "improvement",
	[VERDICT_REGRESSION] = "regression",
	[VERDICT_NO_CHANGE] = "no-change",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_INSUFFICIENT] = "insufficient",
};

const char *verdict__name(enum verdict v)
{
	return names[v];
}

static bool all_positive(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(v[i] > 0))
			return false;
	return true;
}

static bool all_equal(const double *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (v[i] != v[0])
			return false;
	return true;
}

static double *on_scale(const double *v, size_t n, bool linear)
{
	double *z = xcalloc(n ? n : 1, sizeof(*z));

	for (size_t i = 0; i < n; i++)
		z[i] = linear ? v[i] : log(v[i]);
	return z;
}

/* The typical value of a side; equal values are given back as they are. */
static double centre(const double *v, const double *z, size_t n, bool linear)
{
	if (!n)
		return NAN;
	if (all_equal(v, n))
		return v[0];
	return linear ? stats__mean(z, n) : exp(stats__mean(z, n));
}

static double median(const double *v, size_t n)
{
	_free_ double *copy = xcalloc(n ? n : 1, sizeof(*copy));

	for (size_t i = 0; i < n; i++)
		copy[i] = v[i];
	return n ? stats__median(copy, n) : NAN;
}

/* The margin on the scale of the test; an absolute one is taken at the baseline's value. */
static double scale_margin(const struct metric *m, double a, bool linear)
{
	if (linear)
		return m->margin_abs > 0 ? m->margin_abs : m->margin_rel * fabs(a);
	return log1p(m->margin_abs > 0 ? m->margin_abs / a : m->margin_rel);
}

/* A difference on the scale of the test, as a fraction of a and in the metric's unit. */
static double as_pct(const struct judgement *j, double d)
{
	if (!j->linear)
		return 100 * expm1(d);
	return j->a != 0 ? 100 * d / fabs(j->a) : NAN;
}

static double as_unit(const struct judgement *j, double d)
{
	return j->linear ? d : j->a * expm1(d);
}

static void report_test(const struct verdict_input *in, const struct stats_test *t, double var,
			struct judgement *j)
{
	double mde = stats__mde(t);

	j->p = t->p;
	j->se = t->se;
	j->df = t->df;
	j->change = j->b - j->a;
	j->pct = as_pct(j, t->d);
	j->lo = as_unit(j, t->lo95);
	j->hi = as_unit(j, t->hi95);
	j->lo_pct = as_pct(j, t->lo95);
	j->hi_pct = as_pct(j, t->hi95);
	j->exact = all_equal(in->a, in->na) && all_equal(in->b, in->nb);
	j->mde = as_unit(j, mde);
	j->mde_pct = as_pct(j, mde);
	j->boots_needed = j->margin > 0 ? stats__boots_needed(j->margin, var) : 0;
}

static void run_test(const struct verdict_input *in, const double *za, const double *zb,
		     struct judgement *j)
{
	/* Relative to the middle of both sides, so that swapping them gives the same p. */
	double r = in->metric->resolution / (j->linear ? 1 : sqrt(j->a) * sqrt(j->b));
	double floor = stats__se_floor(r, in->na, in->nb);
	struct stats_test t;

	if (stats__welch(za, in->na, zb, in->nb, floor, &t))
		return;
	report_test(in, &t, (stats__variance(za, in->na) + stats__variance(zb, in->nb)) / 2, j);
	if (in->na < STATS_MIN_BOOTS || in->nb < STATS_MIN_BOOTS)
		return;
	j->tested = true;
	/* The equivalence test needs no adjustment: it is settled here, the rest by padj. */
	j->verdict = stats__equivalent(&t, j->margin) ? VERDICT_NO_CHANGE : VERDICT_INCONCLUSIVE;
}

void verdict__test(const struct verdict_input *in, struct judgement *j)
{
	bool linear = !all_positive(in->a, in->na) || !all_positive(in->b, in->nb);
	_free_ double *za = on_scale(in->a, in->na, linear);
	_free_ double *zb = on_scale(in->b, in->nb, linear);

	*j = (struct judgement){
		.verdict = in->basis == BASIS_EMULATED ? VERDICT_NONE : VERDICT_INSUFFICIENT,
		.a = centre(in->a, za, in->na, linear),
		.b = centre(in->b, zb, in->nb, linear),
		.median_a = median(in->a, in->na),
		.median_b = median(in->b, in->nb),
		.linear = linear,
		.change = NAN, .lo = NAN, .hi = NAN,
		.pct = NAN, .lo_pct = NAN, .hi_pct = NAN,
		.p = NAN, .padj = NAN, .se = NAN, .df = NAN,
		.margin = NAN, .mde = NAN, .mde_pct = NAN,
	};
	if (in->basis == BASIS_EMULATED || !in->na || !in->nb)
		return;
	j->margin = scale_margin(in->metric, j->a, linear);
	run_test(in, za, zb, j);
}

void verdict__decide(const struct metric *metric, struct judgement *j)
{
	bool beyond_chance = j->tested && j->padj <= STATS_ALPHA;
	bool higher = j->change > 0;

	if (j->verdict == VERDICT_NO_CHANGE)
		j->trivial = beyond_chance;
	else if (beyond_chance)
		j->verdict = higher == (metric->better == BETTER_HIGHER) ? VERDICT_IMPROVEMENT :
									  VERDICT_REGRESSION;
}
