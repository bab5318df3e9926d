// SPDX-License-Identifier: GPL-2.0-only
/* row.c - from the readings of one metric on all sides to a judged row. */
#include "reports/report/steps.h"

#include <math.h>

void report_row__note(struct report_row *row, const char *text)
{
	char *old = row->note;

	row->note = *old ? xasprintf("%s; %s", old, text) : xstrdup(text);
	free(old);
}

/* Why two sides cannot be compared at all, or NULL. The caller frees. */
static char *mismatch(const struct report_source *a, const struct report_source *b)
{
	const struct series *x = a->series, *y = b->series;

	if (a->n_series > 1 || b->n_series > 1)
		return xasprintf("%s mixes several definitions of this metric",
				 a->n_series > 1 ? a->variant->label : b->variant->label);
	if (!a->n_series || !b->n_series)
		return NULL; /* said with the counts of boots */
	if (x->version != y->version)
		return xasprintf("version of %s differs: %u and %u", x->source, x->version,
				 y->version);
	if (!streq(x->metric.unit, y->metric.unit))
		return xasprintf("unit differs: %s and %s", x->metric.unit, y->metric.unit);
	if (x->metric.better != y->metric.better)
		return xstrdup("the sides do not agree on which direction is better");
	if (x->basis != y->basis)
		return xasprintf("basis differs: %s and %s", metric__basis_name(x->basis),
				 metric__basis_name(y->basis));
	return NULL;
}

/* Why the row cannot be judged, or NULL: the baseline, or the cell after the first, comes
 * first in what is said. */
static char *find_mismatch(const struct report_source *s, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		char *why = k == 1 ? NULL : mismatch(&s[1], &s[k]);

		if (why)
			return why;
	}
	for (size_t k = 0; k < n; k++)
		if (s[k].sum.bad)
			return xstrdup("a value is not a finite number");
	return NULL;
}

static void note_left(struct report_row *row, const struct report_left *l, const char *side)
{
	const struct {
		unsigned int n;
		const char *what, *end;
	} left[] = { { l->tainted, "tainted sample", " left out" },
		     { l->lost, "boot", " with nothing left" },
		     { l->identical, "boot", " identical to another in every counter" } };

	for (size_t i = 0; i < ARRAY_SIZE(left); i++) {
		_free_ char *s = xasprintf("%s: %u %s%s%s", side, left[i].n, left[i].what,
					   left[i].n == 1 ? "" : "s", left[i].end);

		if (left[i].n)
			report_row__note(row, s);
	}
}

/* Did this boot run what the row is about, or did it have to? */
static bool concerns(const struct campaign_boot *b, const char *workload)
{
	return !*b->workload || streq(workload, "boot") || streq(b->workload, workload);
}

static struct report_left left_of(const struct report_source *s, const char *workload)
{
	const struct campaign *c = s->variant->campaign;
	struct report_left l = {
		.lost = s->sum.n_lost_boots,
		.tainted = s->sum.n_tainted,
		.warmup = s->sum.n_warmup,
	};

	for (size_t i = 0; i < c->n_boots; i++) {
		const struct campaign_boot *b = &c->boots[i];

		if (&c->variants[b->variant] != s->variant->v || !concerns(b, workload))
			continue;
		l.failed += boot_status__is_failure(b->status) && !b->repeat;
		l.identical += s->identical && s->identical[i];
	}
	return l;
}

static void add_left(struct report_left *sum, const struct report_left *l)
{
	sum->failed += l->failed;
	sum->lost += l->lost;
	sum->identical += l->identical;
	sum->tainted += l->tainted;
	sum->warmup += l->warmup;
}

/* What is the same in one campaign but may differ between two. */
static void note_across(const struct report *r, struct report_row *row,
			const struct report_source *a, const struct report_source *b)
{
	const struct metric *x, *y;

	if (!r->other || !a->n_series || !b->n_series)
		return;
	x = &a->series->metric;
	y = &b->series->metric;
	if ((row->basis == BASIS_MEASURED || row->basis == BASIS_MEASURED_GUEST) &&
	    !streq(r->other->host, r->campaign->host))
		report_row__note(row, "measured on different hosts");
	if (!streq(r->other->target, r->campaign->target))
		report_row__note(row, "from different kinds of target");
	if (x->margin_abs != y->margin_abs || x->margin_rel != y->margin_rel)
		report_row__note(row, "the campaigns have different margins; the baseline's is "
				      "used");
}

static void note_boots(struct report_row *row, const struct report_block *b)
{
	_free_ char *s = NULL;

	if (b->paired && row->j.verdict != VERDICT_NONE &&
	    (row->j.n_pairs < row->n_a || row->j.n_pairs < row->n_b)) {
		s = xasprintf("%zu complete blocks out of %zu and %zu boots", row->j.n_pairs,
			      row->n_a, row->n_b);
		report_row__note(row, s);
	} else if (row->j.verdict == VERDICT_INSUFFICIENT && !*row->note) {
		s = xasprintf("a verdict needs %d boots on each side, there are %zu and %zu",
			      STATS_MIN_BOOTS, row->n_a, row->n_b);
		report_row__note(row, s);
	}
}

static void note_multiplexed(struct report_row *row, const struct report_source *s, size_t n)
{
	unsigned int samples = 0;
	double least = 1;

	row->muxed_b = s[0].sum.n_multiplexed;
	row->muxed_a = 0;
	for (size_t k = 0; k < n; k++) {
		row->muxed_a += k ? s[k].sum.n_multiplexed : 0;
		samples += s[k].sum.n_samples;
		/* A side without the metric has no summary. */
		least = s[k].sum.n_multiplexed ? fmin(least, s[k].sum.least_ran) : least;
	}
	if (row->muxed_a + row->muxed_b) {
		_free_ char *text =
			xasprintf("multiplexed: %u of %u samples are estimates, counted for "
				  "%.0f %% of the time or more",
				  row->muxed_a + row->muxed_b, samples, floor(100 * least));

		report_row__note(row, text);
	}
}

static size_t count_distinct(const struct report_source *s, size_t n)
{
	_free_ double *v = NULL;
	size_t count = 0;

	for (size_t k = 0; k < n; k++)
		count += s[k].sum.n;
	v = xcalloc(count + 1, sizeof(*v));
	count = 0;
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < s[k].sum.n; i++)
			v[count++] = s[k].sum.boots[i];
	return stats__distinct(v, count);
}

/* With `apart` the sides cannot be compared: each still has a typical value, but there is no test. */
static void test(struct report_row *row, const struct report_block *b,
		 const struct report_source *s, size_t n, bool apart)
{
	struct contrast c = {
		.metric = row->metric,
		.basis = row->basis,
		.n_sides = n,
		.paired = b->paired && !apart,
	};

	for (size_t k = 0; k < n; k++) {
		c.side[k] = (struct contrast_side){ s[k].sum.boots, s[k].sum.blocks,
						    apart ? 0 : s[k].sum.n };
		c.linear = c.linear || s[k].sum.nonpositive;
	}
	/* Of a pair the baseline's value is shown all the same, if it is one. */
	if (apart && n == 2 && s[1].n_series == 1 && !s[1].sum.bad)
		c.side[1].n = s[1].sum.n;
	contrast__test(&c, &row->j);
	if (n == 2)
		return;
	row->simple = xcalloc(FACTORIAL_EFFECTS, sizeof(*row->simple));
	for (int e = 0; e < FACTORIAL_EFFECTS; e++)
		factorial__simple(&c, (enum factorial_effect)e, &row->simple[e]);
}

static void note_outliers(struct report_row *row, unsigned int n, const char *side)
{
	_free_ char *s = xasprintf("%s: %u boot%s far off the others, not removed", side, n,
				   n == 1 ? " is" : "s are");

	if (n)
		report_row__note(row, s);
}

static void diagnose(const struct report *r, struct report_row *row, const struct report_source *b,
		     const struct report_source *a)
{
	row->diag = xcalloc(1, sizeof(*row->diag));
	diag__of(&b->sum, &a->sum, row->metric->resolution, !r->other, row->diag);
	if (row->j.verdict == VERDICT_NONE)
		return;
	note_outliers(row, row->diag->outliers_a, a->variant->label);
	note_outliers(row, row->diag->outliers_b, b->variant->label);
}

/* Counts of a row whose sides are summarised. */
static void describe(struct report_row *row, const struct report_source *s, size_t n)
{
	row->n_b = s[0].sum.n;
	row->n_a = s[1].sum.n;
	row->left_b = left_of(&s[0], row->workload);
	for (size_t k = 1; k < n; k++) {
		struct report_left l = left_of(&s[k], row->workload);

		row->n_a = s[k].sum.n < row->n_a ? s[k].sum.n : row->n_a;
		add_left(&row->left_a, &l);
	}
	row->distinct = count_distinct(s, n);
}

static const struct series *name_of(const struct report_source *s, size_t n)
{
	if (s[1].n_series)
		return s[1].series;
	for (size_t k = 0; k < n; k++)
		if (s[k].n_series)
			return s[k].series;
	return NULL;
}

static void judge(const struct report *r, const struct report_block *b,
		  const struct report_source *s, size_t n, struct report_row *row)
{
	_free_ char *why = find_mismatch(s, n);

	describe(row, s, n);
	if (why)
		report_row__note(row, why);
	test(row, b, s, n, why);
	note_boots(row, b);
	if (n == 2 && !why && s[0].sum.n && s[1].sum.n)
		diagnose(r, row, &s[0], &s[1]);
	if (row->j.tested && !row->j.exact && row->distinct == 2)
		report_row__note(row, "only 2 different values among all boots");
	for (size_t k = n; k-- > 0;) {
		struct report_left l = left_of(&s[k], row->workload);

		note_left(row, &l, s[k].variant->label);
	}
	note_multiplexed(row, s, n);
	note_across(r, row, &s[1], &s[0]);
}

void report_row__fill(const struct report *r, const struct report_block *b, struct report_source *s,
		      size_t n, struct report_row *row)
{
	const struct series *name = name_of(s, n);

	/* A side that lacks the metric has no stats: nothing is summed up. */
	for (size_t k = 0; k < n; k++)
		summary__of_stats(&s[k].sum, s[k].stats, s[k].n_stats,
				  s[k].variant->campaign->boots, s[k].variant->campaign->n_boots,
				  s[k].identical);
	*row = (struct report_row){
		.workload = name->workload,
		.source = name->source,
		.metric = &name->metric,
		.basis = name->basis,
		.version = name->version,
		.noise_cv = NAN,
		.note = xstrdup(""),
	};
	judge(r, b, s, n, row);
	for (size_t k = 0; k < n; k++)
		summary__release(&s[k].sum);
}
