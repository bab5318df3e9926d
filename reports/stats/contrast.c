// SPDX-License-Identifier: GPL-2.0-only
/* contrast.c - tests a signed sum of sides: two in a comparison, four in a 2x2. */
#include "reports/stats/contrast.h"
#include "reports/stats/permute.h"

#include <math.h>

/* Is this side subtracted? That is the baseline of a pair, or the cells of a 2x2 with one
 * factor. */
static bool is_minus(const struct contrast *c, size_t k)
{
	return c->n_sides == 2 ? k == 1 : k == 1 || k == 2;
}

/* One side during a test: boots that count, and their values on the scale of the test (z). */
struct side {
	double *v, *z; /* owned */
	size_t n;
	double mean, median; /* mean of z, median of v */
};

/* NaN has no logarithm either, hence the negated comparison. */
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

/* Index of the boot of a block on one side, or s->n. */
static size_t find_block(const struct contrast_side *s, unsigned int block)
{
	size_t i = 0;

	while (i < s->n && s->blocks[i] != block)
		i++;
	return i;
}

/* Does every side have a boot in this block? Sets at[] to their indices. */
static bool is_complete(const struct contrast *c, unsigned int block, size_t at[STATS_MAX_SAMPLES])
{
	for (size_t k = 0; k < c->n_sides; k++) {
		at[k] = find_block(&c->side[k], block);
		if (at[k] == c->side[k].n)
			return false;
	}
	return true;
}

/* Copy the boots that count: all, or if paired those of complete blocks, in the same order of
 * blocks on each side. */
static void copy_boots(const struct contrast *c, struct side *s)
{
	size_t at[STATS_MAX_SAMPLES];

	for (size_t k = 0; k < c->n_sides; k++) {
		s[k].v = xcalloc(c->side[k].n + 1, sizeof(double));
		s[k].z = xcalloc(c->side[k].n + 1, sizeof(double));
		for (; !c->paired && s[k].n < c->side[k].n; s[k].n++)
			s[k].v[s[k].n] = c->side[k].boots[s[k].n];
	}
	for (size_t i = 0; c->paired && i < c->side[0].n; i++) {
		if (!is_complete(c, c->side[0].blocks[i], at))
			continue;
		for (size_t k = 0; k < c->n_sides; k++)
			s[k].v[s[k].n++] = c->side[k].boots[at[k]];
	}
}

/* Convert to the scale of the test: logarithms, or the values themselves if `linear`. */
static void put_on_scale(struct side *s, bool linear)
{
	for (size_t i = 0; i < s->n; i++)
		s->z[i] = s->v[i];
	/* Reorders z, which is filled again below. */
	s->median = s->n ? stats__median(s->z, s->n) : NAN;
	for (size_t i = 0; i < s->n; i++)
		s->z[i] = linear ? s->v[i] : log(s->v[i]);
	s->mean = s->n ? stats__mean(s->z, s->n) : NAN;
}

/* The typical value of a side. If all values are equal, return that value: exp(log(x)) may differ
 * in the last bit. */
static double centre(const struct side *s, bool linear)
{
	if (!s->n)
		return NAN;
	if (all_equal(s->v, s->n))
		return s->v[0];
	return linear ? s->mean : exp(s->mean);
}

/* What the candidate is compared with: the other side or, in a 2x2, the prediction from the other
 * three cells. */
static void set_baseline(const struct contrast *c, const struct side *s, struct judgement *j)
{
	double z = 0, m = 0;

	if (c->n_sides == 2) {
		j->a = centre(&s[1], j->linear);
		j->median_a = s[1].median;
		return;
	}
	for (size_t k = 1; k < c->n_sides; k++) {
		double median = j->linear ? s[k].median : log(s[k].median);

		z += is_minus(c, k) ? s[k].mean : -s[k].mean;
		m += is_minus(c, k) ? median : -median;
	}
	j->a = j->linear ? z : exp(z);
	j->median_a = j->linear ? m : exp(m);
}

/* The margin on the scale of the test; the larger one of a metric with two. An absolute margin m is
 * a difference of the typical values: b - a = m is ln(b / a) = 2 asinh(m / (2 sqrt(ab))), which is
 * symmetric in a and b. */
static double scale_margin(const struct metric *m, const struct judgement *j)
{
	if (j->linear)
		return fmax(m->margin_abs,
			    m->margin_rel * (fabs(j->median_a) + fabs(j->median_b)) / 2);
	return fmax(2 * asinh(m->margin_abs / (2 * sqrt(j->a) * sqrt(j->b))), log1p(m->margin_rel));
}

/* Overflow: print no number rather than "inf". */
static double or_nan(double v)
{
	return isfinite(v) ? v : NAN;
}

/* Convert a difference from the scale of the test to per cent of the baseline; as_unit(): to the
 * metric's unit. */
static double as_pct(const struct judgement *j, double d)
{
	return or_nan(100 * (j->linear ? d / fabs(j->median_a) : expm1(d)));
}

static double as_unit(const struct judgement *j, double d)
{
	return or_nan(j->linear ? d : j->a * expm1(d));
}

/* Convert the result of the test to display units. */
static void report_test(const struct stats_test *t, struct judgement *j)
{
	double mde = stats__mde(t);

	j->p = t->p;
	j->se = t->se;
	j->df = t->df;
	j->change = or_nan(j->b - j->a);
	j->pct = as_pct(j, t->d);
	j->lo = as_unit(j, t->lo95);
	j->hi = as_unit(j, t->hi95);
	j->lo_pct = as_pct(j, t->lo95);
	j->hi_pct = as_pct(j, t->hi95);
	j->mde = as_unit(j, mde);
	j->mde_pct = as_pct(j, mde);
}

/* The differences within blocks; the caller frees. */
static double *differences(const struct contrast *c, const struct side *s)
{
	double *w = xcalloc(s[0].n + 1, sizeof(*w));

	for (size_t i = 0; i < s[0].n; i++)
		for (size_t k = 0; k < c->n_sides; k++)
			w[i] += is_minus(c, k) ? -s[k].z[i] : s[k].z[i];
	return w;
}

/* The t test of the differences within blocks. *var is their variance. */
static int test_paired(const struct contrast *c, const struct side *s, double floor,
		       struct stats_test *t, double *var)
{
	_free_ double *w = differences(c, s);
	double size = 0;

	for (size_t k = 0; k < c->n_sides; k++)
		size += fabs(s[k].mean);
	*var = stats__variance(w, s[0].n);
	return stats__paired(w, s[0].n, size, floor, t);
}

/* Welch's test of independent sides. *var is the mean of their variances. */
static int test_unpaired(const struct contrast *c, const struct side *s, double floor,
			 struct stats_test *t, double *var)
{
	struct stats_sample v[STATS_MAX_SAMPLES];

	*var = 0;
	for (size_t k = 0; k < c->n_sides; k++) {
		v[k] = (struct stats_sample){ s[k].z, s[k].n, is_minus(c, k) };
		*var += stats__variance(s[k].z, s[k].n) / (double)c->n_sides;
	}
	return stats__contrast(v, c->n_sides, floor, t);
}

/* Do the boots have so few distinct values (half their number or fewer) that the observed spread is
 * unreliable? If values round to one of two neighbours, a side is constant every now and then, with
 * a spread of 0. */
static bool is_coarse(const struct contrast *c, const struct side *s)
{
	_free_ double *v = NULL;
	size_t n = 0, at = 0;

	for (size_t k = 0; k < c->n_sides; k++)
		n += s[k].n;
	v = xcalloc(n + 1, sizeof(*v));
	for (size_t k = 0; k < c->n_sides; k++)
		for (size_t i = 0; i < s[k].n; i++)
			v[at++] = s[k].v[i];
	return 2 * stats__distinct(v, n) <= n;
}

/* The least standard error of a count, given by chance: n events vary by sqrt(n). */
static double se_of_counts(const struct contrast *c, const struct side *s,
			   const struct judgement *j)
{
	double sum = 0;

	for (size_t k = 0; k < c->n_sides; k++) {
		double typical = fabs(centre(&s[k], j->linear));

		sum += (j->linear ? c->event * typical : c->event / typical) / (double)s[k].n;
	}
	return sqrt(sum);
}

/* The exact p of a permutation test. There is none for a 2x2, whose cells are not samples of one
 * population even without interaction: use the least p that two sides of that size could give. */
static double permute(const struct contrast *c, const struct side *s, bool exact)
{
	_free_ double *w = NULL;
	size_t least = s[0].n;
	double p = NAN;

	for (size_t k = 1; k < c->n_sides; k++)
		least = s[k].n < least ? s[k].n : least;
	if (c->paired) {
		w = differences(c, s);
		p = exact ? NAN : permute__swap(w, s[0].n);
		return isnan(p) ? permute__least_swap(s[0].n) : p;
	}
	if (c->n_sides == 2) {
		p = exact ? NAN : permute__split(s[1].z, s[1].n, s[0].z, s[0].n);
		return isnan(p) ? permute__least_split(s[1].n, s[0].n) : p;
	}
	return permute__least_split(least, least);
}

/* Make a test of repeating values more conservative. Unnecessary above STATS_ALPHA, where no
 * verdict depends on p. */
static void widen_if_coarse(const struct contrast *c, const struct side *s,
			    const struct judgement *j, struct stats_test *t)
{
	if (t->d == 0 || (t->p > STATS_ALPHA && !j->exact) || !is_coarse(c, s))
		return;
	if (c->event > 0)
		stats__raise_se(t, se_of_counts(c, s, j));
	else
		stats__raise_p(t, permute(c, s, j->exact));
}

/* Raise n to the number of boots with which a permutation test can be significant at all. */
static unsigned int boots_to_permute(const struct contrast *c, unsigned int n)
{
	while ((c->paired ? permute__least_swap(n) : permute__least_split(n, n)) > STATS_ALPHA)
		n++;
	return n;
}

/* The difference alone, which exists even with one boot a side. */
static void report_difference(const struct contrast *c, const struct side *s, struct judgement *j)
{
	double d = 0;

	for (size_t k = 0; k < c->n_sides; k++)
		d += is_minus(c, k) ? -s[k].mean : s[k].mean;
	if (!isfinite(d) || !isfinite(j->b - j->a))
		return;
	j->change = j->b - j->a;
	j->pct = as_pct(j, d);
}

/* Test the sides, and decide what does not depend on other rows. verdict__decide() does the rest
 * once p is adjusted. */
static void run_test(const struct contrast *c, const struct side *s, struct judgement *j)
{
	/* On the log scale the resolution is relative to the geometric mean of both sides, which
	 * makes p symmetric in the sides. */
	double r = fmax(c->metric->resolution, c->event) /
		   (j->linear ? 1 : sqrt(j->a) * sqrt(j->b));
	double var, se;
	struct stats_test t;
	size_t n = s[0].n;
	bool below;

	j->exact = true;
	for (size_t k = 0; k < c->n_sides; k++) {
		n = s[k].n < n ? s[k].n : n;
		j->exact = j->exact && all_equal(s[k].v, s[k].n);
	}
	j->deterministic = j->exact && c->metric->deterministic;
	se = stats__se_floor(r, n, c->n_sides);
	if (c->paired ? test_paired(c, s, se, &t, &var) : test_unpaired(c, s, se, &t, &var))
		return;
	/* Differences of huge values overflow: no numbers, no verdict. */
	if (!isfinite(t.d) || !isfinite(t.se))
		return;
	j->widened = t.floored ? WIDENED_RESOLUTION : WIDENED_NOT;
	se = t.se;
	/* Deterministic metrics repeat by construction, not by chance. */
	if (!c->metric->deterministic)
		widen_if_coarse(c, s, j, &t);
	if (t.se > se)
		j->widened = c->event > 0 ? WIDENED_COUNT : WIDENED_PERMUTATION;
	report_test(&t, j);
	if (j->margin > 0)
		j->boots_needed = stats__boots_needed(j->margin, var,
						      c->paired ? 1 : (unsigned int)c->n_sides,
						      STATS_POWER);
	j->boots_needed_seen = stats__boots_needed(t.d, var,
						   c->paired ? 1 : (unsigned int)c->n_sides,
						   STATS_POWER);
	if (j->widened == WIDENED_PERMUTATION) {
		if (j->boots_needed)
			j->boots_needed = boots_to_permute(c, j->boots_needed);
		if (j->boots_needed_seen)
			j->boots_needed_seen = boots_to_permute(c, j->boots_needed_seen);
	}
	if (n < STATS_MIN_BOOTS)
		return;
	j->tested = true;
	j->certain = j->deterministic && fabs(t.d) > r;
	/* A metric that cannot vary is judged by its difference, whatever the resolution. The
	 * equivalence test needs no adjustment for multiple testing; everything else waits for
	 * padj. */
	below = j->deterministic ? stats__is_below(&t, j->margin) :
				   stats__equivalent(&t, j->margin) || (j->exact && t.d == 0);
	j->verdict = below ? VERDICT_NO_CHANGE : VERDICT_INCONCLUSIVE;
}

/* An empty judgement, as for an empty side or a basis that allows no verdict. */
static void init_judgement(const struct contrast *c, struct judgement *j)
{
	*j = (struct judgement){
		.verdict = c->basis == BASIS_EMULATED ? VERDICT_NONE : VERDICT_INSUFFICIENT,
		.change = NAN,
		.lo = NAN,
		.hi = NAN,
		.pct = NAN,
		.lo_pct = NAN,
		.hi_pct = NAN,
		.p = NAN,
		.padj = NAN,
		.se = NAN,
		.df = NAN,
		.margin = NAN,
		.mde = NAN,
		.mde_pct = NAN,
		.linear = c->linear,
		.points = metric__points(c->metric->unit),
	};
}

/* One value <= 0 on any side puts all sides on the linear scale. */
void contrast__test(const struct contrast *c, struct judgement *j)
{
	struct side s[STATS_MAX_SAMPLES] = { { 0 } };
	bool empty = false;

	init_judgement(c, j);
	copy_boots(c, s);
	for (size_t k = 0; k < c->n_sides; k++)
		j->linear = j->linear || !all_positive(s[k].v, s[k].n);
	for (size_t k = 0; k < c->n_sides; k++) {
		put_on_scale(&s[k], j->linear);
		empty = empty || !s[k].n;
	}
	j->b = centre(&s[0], j->linear);
	j->median_b = s[0].median;
	set_baseline(c, s, j);
	if (c->basis != BASIS_EMULATED && !empty) {
		j->n_pairs = c->paired ? s[0].n : 0;
		j->margin = scale_margin(c->metric, j);
		report_difference(c, s, j);
		run_test(c, s, j);
	}
	for (size_t k = 0; k < c->n_sides; k++) {
		free(s[k].v);
		free(s[k].z);
	}
}
