// SPDX-License-Identifier: GPL-2.0-only
/* row.c - judges one metric from its boots on all sides. */
#include "reports/report/row.h"

#include <math.h>

void report_row__note(struct report_row *row, const char *fmt, ...)
{
	_free_ char *old = row->note, *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	row->note = *old ? xasprintf("%s; %s", old, text) : xstrdup(text);
}

/* Why two sides cannot be compared, or NULL. The caller frees. */
static char *mismatch(const struct report_source *a, const struct report_source *b)
{
	const struct series *x = a->series, *y = b->series;

	if (a->n_series > 1 || b->n_series > 1)
		return xasprintf("%s mixes several definitions of this metric",
				 a->n_series > 1 ? a->variant->label : b->variant->label);
	if (!a->n_series || !b->n_series)
		return NULL; /* no boots on one side: see note_boots() */
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

/* Why the row cannot be judged, or NULL. Every side is compared with side 1: the baseline or, in a
 * 2x2, the second cell. The caller frees. */
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

/* What a side leaves out. */
static struct report_left left_out_of(const struct report_source *s, const char *workload)
{
	const struct boot_units *u = &s->variant->units;
	struct report_left l = {
		.lost = s->sum.n_lost_boots,
		.tainted = s->sum.n_tainted,
		.warmup = s->sum.n_warmup,
	};

	for (size_t i = 0; i < u->n; i++) {
		const struct campaign_boot *b = &u->boots[i];
		/* In exact mode a boot runs one workload and concerns its rows only. */
		bool concerns = !*b->workload || streq(workload, "boot") ||
				streq(b->workload, workload);

		if (!concerns)
			continue;
		l.failed += b->repeat ? 0 : u->failed[i];
		l.identical += s->identical && s->identical[i];
	}
	return l;
}

/* Note what was left out of a side, if anything. */
static void note_left(struct report_row *row, const struct report_source *s)
{
	const struct report_left l = left_out_of(s, row->workload);
	const struct {
		unsigned int n;
		const char *what, *end;
	} left[] = { { l.tainted, "tainted sample", " left out" },
		     { l.lost, "boot", " without a sample that counts" },
		     { l.identical, "boot", " identical to another in every counter" } };

	for (size_t i = 0; i < ARRAY_SIZE(left); i++)
		if (left[i].n)
			report_row__note(row, "%s: %u %s%s%s", s->variant->label, left[i].n,
					 left[i].what, plural_s(left[i].n), left[i].end);
}

/* Note differences that only occur between two campaigns. */
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

/* Note boots that a paired design cannot use, or that a verdict needs more boots. */
static void note_boots(struct report_row *row, const struct report_block *b, bool sessions)
{
	size_t pairs = row->j.n_pairs, fewest = row->n_a < row->n_b ? row->n_a : row->n_b;

	if (b->paired && row->j.verdict != VERDICT_NONE && (pairs < row->n_a || pairs < row->n_b))
		report_row__note(row, "%zu complete blocks out of %zu and %zu boots", pairs,
				 row->n_a, row->n_b);
	else if (row->j.verdict == VERDICT_INSUFFICIENT && !*row->note && sessions)
		report_row__note(row, "%zu boot%s: not enough for a verdict", fewest,
				 plural_s(fewest));
	else if (row->j.verdict == VERDICT_INSUFFICIENT && !*row->note)
		report_row__note(row,
				 "a verdict needs %d boots on each side, there are %zu and %zu",
				 STATS_MIN_BOOTS, row->n_a, row->n_b);
}

/* Note samples that were scaled up because their counters were multiplexed. */
static void note_multiplexed(struct report_row *row, const struct report_source *s, size_t n)
{
	unsigned int samples = 0;
	double least = 1;

	row->muxed_b = s[0].sum.n_multiplexed;
	row->muxed_a = 0;
	for (size_t k = 0; k < n; k++) {
		row->muxed_a += k ? s[k].sum.n_multiplexed : 0;
		samples += s[k].sum.n_samples;
		least = fmin(least, s[k].sum.least_ran);
	}
	if (row->muxed_a + row->muxed_b)
		report_row__note(row,
				 "multiplexed: %u of %u samples are estimates, counted for "
				 "%.0f %% of the time or more",
				 row->muxed_a + row->muxed_b, samples, floor(100 * least));
}

/* Distinct values among the boots of all sides. If there are only two, they look like a state the
 * boot is in rather than a measurement. */
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

/* Test the row. `apart`: the sides cannot be compared; each still gets its typical value. */
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
		c.event = fmax(c.event, s[k].event);
	}
	/* The baseline of a pair can still be shown if its own values are valid. */
	if (apart && n == 2 && s[1].n_series == 1 && !s[1].sum.bad)
		c.side[1].n = s[1].sum.n;
	contrast__test(&c, &row->j);
	if (n == 2)
		return;
	row->simple = xcalloc(FACTORIAL_EFFECTS, sizeof(*row->simple));
	for (int e = 0; e < FACTORIAL_EFFECTS; e++)
		factorial__simple(&c, (enum factorial_effect)e, &row->simple[e]);
}

/* Describe the spread of a pair. Outliers are noted but kept. */
static void diagnose(const struct report *r, struct report_row *row, const struct report_source *s)
{
	const unsigned int *outliers[] = { &row->diag->outliers_b, &row->diag->outliers_a };

	diag__of(&s[0].sum, &s[1].sum, row->metric->resolution, !r->other, row->diag);
	for (int k = 1; row->j.verdict != VERDICT_NONE && k >= 0; k--)
		if (*outliers[k])
			report_row__note(row, "%s: %u boot%s far off the others, not removed",
					 s[k].variant->label, *outliers[k],
					 *outliers[k] == 1 ? " is" : "s are");
}

/* Count boots and samples. In a 2x2, the smallest of the other three cells counts as the baseline,
 * and what they leave out is summed. */
static void count(struct report_row *row, const struct report_source *s, size_t n)
{
	row->n_b = s[0].sum.n;
	row->n_a = s[1].sum.n;
	row->left_b = left_out_of(&s[0], row->workload);
	for (size_t k = 1; k < n; k++) {
		struct report_left l = left_out_of(&s[k], row->workload);

		row->n_a = s[k].sum.n < row->n_a ? s[k].sum.n : row->n_a;
		row->left_a.failed += l.failed;
		row->left_a.lost += l.lost;
		row->left_a.identical += l.identical;
		row->left_a.tainted += l.tainted;
		row->left_a.warmup += l.warmup;
	}
	row->distinct = count_distinct(s, n);
}

/* Discard the result of a test, but keep the values. */
static void withdraw_verdict(struct judgement *j)
{
	if (j->verdict == VERDICT_NONE)
		return;
	j->verdict = VERDICT_INSUFFICIENT;
	j->tested = j->exact = j->certain = false;
	j->deterministic = false;
	j->widened = WIDENED_NOT;
	j->p = j->padj = j->lo = j->hi = j->lo_pct = j->hi_pct = NAN;
}

/* Withhold the verdict if both sides have fewer events than metric.floor. So few events are no
 * rate, even if every boot repeats them: another memory layout will have others. */
static void withhold_few_events(struct report_row *row, const struct report_source *s)
{
	const double median[2] = { row->j.median_b, row->j.median_a };
	double floor = row->metric->floor;

	if (!row->j.tested || !(floor > 0))
		return;
	for (int k = 0; k < 2; k++) {
		double events = s[k].events;

		if (isnan(events))
			events = s[k].event > 0 ? median[k] / s[k].event : INFINITY;
		if (events >= floor)
			return;
	}
	row->j.verdict = VERDICT_TOO_FEW;
	row->j.tested = false;
	report_row__note(row, "fewer than %.10g events on either side", floor);
}

/* Test a row, and note what explains its verdict. */
static void judge(const struct report *r, const struct report_block *b,
		  const struct report_source *s, size_t n, struct report_row *row)
{
	_free_ char *why = find_mismatch(s, n);
	bool sessions = false;

	for (size_t k = 0; k < n; k++)
		sessions |= s[k].variant->units.shared;
	row->apart = why;
	if (why)
		report_row__note(row, "%s", why);
	test(row, b, s, n, row->apart);
	if (b->common) {
		report_row__note(row, "both sides ran on the same boot");
		withdraw_verdict(&row->j);
	}
	withhold_few_events(row, s);
	note_boots(row, b, sessions);
	if (!r->verdicts_only && n == 2 && !why && s[0].sum.n && s[1].sum.n) {
		row->diag = xcalloc(1, sizeof(*row->diag));
		diagnose(r, row, s);
	}
	if (row->j.tested && !row->j.exact && row->distinct == 2)
		report_row__note(row, "only 2 different values among all boots");
	for (size_t k = n; k-- > 0;)
		note_left(row, &s[k]);
	note_multiplexed(row, s, n);
	note_across(r, row, &s[1], &s[0]);
}

/* Name, unit and margin come from the baseline, or else from the first side that has the metric.
 * Summaries live only as long as this call. */
void report_row__fill(const struct report *r, const struct report_block *b, struct report_source *s,
		      size_t n, struct report_row *row)
{
	const struct series *name;
	/* The baseline, if it has the metric; at least one side does. */
	size_t first = 1;

	for (size_t k = 0; k < n && !s[first].n_series; k++)
		first = k;
	name = s[first].series;
	for (size_t k = 0; k < n; k++) {
		const struct boot_units *u = &s[k].variant->units;

		/* A side that lacks the metric has no stats, and its summary is empty. */
		summary__of_stats(&s[k].sum, s[k].stats, s[k].n_stats, u->boots, u->n,
				  s[k].identical);
	}
	*row = (struct report_row){
		.workload = name->workload,
		.source = name->source,
		.metric = &name->metric,
		.basis = name->basis,
		.version = name->version,
		.noise = NAN,
		.note = xstrdup(""),
	};
	count(row, s, n);
	judge(r, b, s, n, row);
	if (n == SIDES && !isnan(row->j.change))
		ranges__of(s[SIDE_BASELINE].sum.boots, s[SIDE_BASELINE].sum.n,
			   s[SIDE_CANDIDATE].sum.boots, s[SIDE_CANDIDATE].sum.n, &row->ranges);
	for (size_t k = 0; k < n; k++)
		summary__release(&s[k].sum);
}
