// SPDX-License-Identifier: GPL-2.0-only
/*
 * block.c - fills one comparison of a report: its rows, their verdicts, and what is derived from
 * them.
 */
#include "reports/report/block.h"
#include "reports/stats/aa.h"
#include "reports/analysis/identical.h"
#include "reports/report/per_call.h"
#include "reports/report/row.h"

#include <math.h>

struct builder {
	const struct report_variant *variant[FACTORIAL_CELLS]; /* the candidate first */
	bool *identical[FACTORIAL_CELLS]; /* owned */
	size_t at[FACTORIAL_CELLS]; /* next series of each side */
	size_t n_sides;
};

/* Series of two sides with equal keys form one row. store__series() lists them in this order. */
static int compare_key(const struct series *a, const struct series *b)
{
	int c = strcmp(a->workload, b->workload);

	if (!c)
		c = strcmp(a->source, b->source);
	return c ? c : strcmp(a->metric.name, b->metric.name);
}

/* Number of series at the start of v[] with the key of `like`; more than one if a side has several
 * definitions of the metric. */
static size_t run_length(const struct series *v, size_t n, const struct series *like)
{
	size_t k = 0;

	while (k < n && !compare_key(like, &v[k]))
		k++;
	return k;
}

/* The smallest key that no row has been made of yet, or NULL at the end. */
static const struct series *next_key(const struct builder *bl)
{
	const struct series *least = NULL;

	for (size_t k = 0; k < bl->n_sides; k++) {
		const struct series *s;

		if (bl->at[k] >= bl->variant[k]->data->n_series)
			continue;
		s = &bl->variant[k]->data->series[bl->at[k]];
		if (!least || compare_key(s, least) < 0)
			least = s;
	}
	return least;
}

/* Point s->stats at the boots of s->series. v->stats is sorted by series. */
static void find_stats(const struct dataset_variant *v, struct report_source *s)
{
	size_t lo = 0, hi = v->n_stats;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (v->stats[mid].series < s->series->id)
			lo = mid + 1;
		else
			hi = mid;
	}
	s->stats = v->stats + lo;
	while (lo + s->n_stats < v->n_stats && s->stats[s->n_stats].series == s->series->id)
		s->n_stats++;
}

double report_per__event(const char *unit, double out_of)
{
	char *end;
	double per;

	if (!strchr(unit, '/'))
		return 1;
	per = *unit == '/' ? strtod(unit + 1, &end) : 1;
	if (*unit == '/' && *end && *end != ' ')
		return 0;
	return per > 0 && out_of > 0 && isfinite(out_of) ? per / out_of : 0;
}

/* The median over boots of metric `name` from the same source and workload. It leaves out the same
 * boots as a row does: failed and interrupted ones, and repeats of another. NAN if the side lacks
 * the metric, or `name` is NULL. */
static double median_beside(const struct report_source *side, const char *name)
{
	const struct series want = { .workload = side->series->workload,
				     .source = side->series->source,
				     .metric.name = name };
	const struct dataset_variant *v = side->variant->data;
	const struct boot_units *u = &side->variant->units;
	struct report_source of = { 0 };
	double median;

	for (size_t i = 0; name && !of.series && i < v->n_series; i++)
		of.series = compare_key(&v->series[i], &want) ? NULL : &v->series[i];
	if (!of.series)
		return NAN;
	find_stats(v, &of);
	summary__of_stats(&of.sum, of.stats, of.n_stats, u->boots, u->n, side->identical);
	median = of.sum.n ? stats__median(of.sum.boots, of.sum.n) : NAN;
	summary__release(&of.sum);
	return median;
}

/* Evaluate metric.events, such as "walks-walks_cold", from the medians of the counters that it
 * names. A counter behind "-" that is missing counts as 0. NAN if another one is missing, or there
 * is no expression. */
static double find_events(const struct report_source *side)
{
	const char *events = side->series->metric.events;
	double sum = 0;

	for (const char *at = events; at && *at;) {
		bool minus = *at == '-';
		size_t len = strcspn(at += minus || *at == '+', "+-");
		_free_ char *name = xstrndup(at, len);
		double n = median_beside(side, name);

		sum += !minus ? n : isnan(n) ? 0 : -n;
		at += len;
	}
	return events ? sum : NAN;
}

/* Merge the sorted series of all sides: each key that any side has becomes a row. */
static void add_rows(const struct report *r, struct report_block *b, struct builder *bl)
{
	const struct series *key;
	size_t room = 0;

	for (size_t k = 0; k < bl->n_sides; k++)
		room += bl->variant[k]->data->n_series;
	b->rows = xcalloc(room + 1, sizeof(*b->rows));
	while ((key = next_key(bl))) {
		struct report_source s[FACTORIAL_CELLS] = { { 0 } };

		for (size_t k = 0; k < bl->n_sides; k++) {
			const struct dataset_variant *v = bl->variant[k]->data;

			s[k].variant = bl->variant[k];
			s[k].identical = bl->identical[k];
			/* Without samples in any boot, a side has no series. */
			s[k].series = v->n_series ? &v->series[bl->at[k]] : NULL;
			s[k].n_series = run_length(s[k].series, v->n_series - bl->at[k], key);
			if (s[k].n_series)
				find_stats(v, &s[k]);
			if (s[k].n_series && s[k].series->metric.floor > 0) {
				const struct metric *m = &s[k].series->metric;

				s[k].event = report_per__event(m->unit,
							       median_beside(&s[k], m->per));
				s[k].events = find_events(&s[k]);
			}
			bl->at[k] += s[k].n_series;
		}
		report_row__fill(r, b, s, bl->n_sides, &b->rows[b->n_rows++]);
	}
}

/* P-values are adjusted separately for primary metrics and for all others, so that adding
 * diagnostic metrics to a plan does not cost the primary ones statistical power. */
static void adjust(struct report_block *bk, bool primary)
{
	size_t n = bk->n_rows;
	_free_ double *p = xcalloc(n + 1, sizeof(*p));
	_free_ double *padj = xcalloc(n + 1, sizeof(*padj));

	for (size_t i = 0; i < n; i++) {
		const struct report_row *row = &bk->rows[i];

		p[i] = row->j.tested && row->metric->primary == primary ? row->j.p : NAN;
	}
	stats__bh(p, n, padj);
	for (size_t i = 0; i < n; i++)
		if (!isnan(p[i]))
			bk->rows[i].j.padj = padj[i];
}

/* Verdicts need the adjusted p of the whole family, so they come after all rows are tested. */
static void decide(struct report_block *bk)
{
	adjust(bk, true);
	adjust(bk, false);
	for (size_t i = 0; i < bk->n_rows; i++) {
		struct report_row *row = &bk->rows[i];

		verdict__decide(row->metric, &row->j);
		bk->count[row->j.verdict]++;
	}
}

/* The row of another metric of the same source and workload, or NULL. */
static const struct report_row *find_row(const struct report_block *b,
					 const struct report_row *like, const char *metric)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *r = &b->rows[i];

		if (streq(r->metric->name, metric) && streq(r->source, like->source) &&
		    streq(r->workload, like->workload))
			return r;
	}
	return NULL;
}

/* "SIDE: 0 of 5000 tests": a count of zero means little without the total. */
static void note_none(struct report_row *row, const char *side, double value, double n,
		      const char *unit)
{
	if (value == 0 && n > 0)
		report_row__note(row, "%s: 0 of %.0f %s", side, n, unit);
}

/* Add that note to rows whose metric is counted out of another one (metric.per). */
static void note_counts(const struct report *r, struct report_block *b)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		struct report_row *row = &b->rows[i];
		const char *per = row->j.verdict == VERDICT_NONE ? NULL : row->metric->per;
		const struct report_row *of = per ? find_row(b, row, per) : NULL;

		if (!of)
			continue;
		/* The baseline value of a 2x2 is computed from three variants, so nothing was
		 * counted. */
		if (!b->factorial)
			note_none(row, r->variants[b->baseline].label, row->j.median_a,
				  of->j.median_a, of->metric->unit);
		note_none(row, r->variants[b->candidate].label, row->j.median_b, of->j.median_b,
			  of->metric->unit);
	}
}

/* Sort order of store__noise() within a machine: workload, source, metric. */
static int compare_noise(const void *key, const void *member)
{
	const struct report_row *r = key;
	const struct noise *x = member;
	int c = strcmp(r->workload, x->workload);

	if (!c)
		c = strcmp(r->source, x->source);
	return c ? c : strcmp(r->metric->name, x->metric);
}

/* The spread between boots that A/A runs found for the metric of a row; NAN if unknown, or if the
 * noise was measured with another unit, basis or version of the workload. */
static double noise_of(const struct report_row *r, const struct noise *list, size_t n)
{
	const struct noise *x = n ? bsearch(r, list, n, sizeof(*list), compare_noise) : NULL;

	if (!x || !streq(x->unit, r->metric->unit) || x->basis != r->basis ||
	    x->version != r->version || r->j.verdict == VERDICT_NONE)
		return NAN;
	return aa__size(metric__points(x->unit), x->linear, x->typical, x->sd_boot);
}

static void add_noise(const struct dataset *d, struct report_block *b)
{
	size_t own = 0;

	/* store__noise() matches machines by prefix; the exact match sorts first. */
	while (own < d->n_noise && streq(d->noise[own].machine, d->machine))
		own++;
	for (size_t i = 0; i < b->n_rows; i++)
		b->rows[i].noise = noise_of(&b->rows[i], d->noise, own);
}

/* Only metrics with a relative margin enter the geometric mean. Those with an absolute margin are
 * not on a ratio scale: a mean would mix kilobytes of memory with a handful of page tables. */
static bool has_ratio(const struct report_row *r)
{
	return r->metric->primary && r->j.tested && !r->j.linear && r->metric->margin_rel > 0 &&
	       isfinite(r->j.pct);
}

/* Find or add the mean that a row belongs to. Metrics where less is better and those where more is
 * better have separate means; otherwise gains would cancel out. */
static struct report_mean *mean_of(struct report_block *b, const struct report_row *r)
{
	struct report_mean *m;

	for (size_t i = 0; i < b->n_means; i++) {
		m = &b->means[i];
		if (streq(m->workload, r->workload) && m->better == r->metric->better &&
		    m->basis == r->basis)
			return m;
	}
	b->means = xrealloc(b->means, b->n_means + 1, sizeof(*b->means));
	m = &b->means[b->n_means++];
	*m = (struct report_mean){
		.workload = r->workload,
		.better = r->metric->better,
		.basis = r->basis,
	};
	return m;
}

/* Geometric mean of the changes of each workload. For information only: no verdict depends on
 * it. */
static void add_means(struct report_block *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *r = &b->rows[i];
		struct report_mean *m;

		if (!has_ratio(r))
			continue;
		m = mean_of(b, r);
		m->pct += log1p(r->j.pct / 100); /* sum of logarithms, until the loop below */
		m->n++;
	}
	for (size_t i = 0; i < b->n_means; i++) {
		struct report_mean *m = &b->means[i];

		m->pct = 100 * expm1(m->pct / (double)m->n);
		if (m->n > 1) /* drop means of a single metric */
			b->means[n++] = *m;
	}
	b->n_means = n;
}

/* The largest 95 % limit among the primary metrics, or among the others if no primary one got a
 * verdict. NAN unless all of them are "no change". */
static double find_within(const struct report_block *b)
{
	bool primary = false;
	double most = NAN;

	for (size_t i = 0; i < b->n_rows; i++)
		primary |= b->rows[i].metric->primary && b->rows[i].j.verdict != VERDICT_NONE;
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *r = &b->rows[i];
		struct effect e;

		if (r->metric->primary != primary || r->j.verdict == VERDICT_NONE)
			continue;
		if (r->j.verdict != VERDICT_NO_CHANGE)
			return NAN;
		e = judgement__effect(&r->j);
		most = fmax(most, fmax(fabs(e.lo), fabs(e.hi)));
	}
	return most;
}

/* The order documented in report.h: primary rows first, then by workload, source and name. */
static int compare_rows(const void *x, const void *y)
{
	const struct report_row *a = x, *b = y;
	int c = (int)b->metric->primary - (int)a->metric->primary;

	if (!c)
		c = strcmp(a->workload, b->workload);
	if (!c)
		c = strcmp(a->source, b->source);
	return c ? c : strcmp(a->metric->name, b->metric->name);
}

static const struct dataset_config *find_config(const struct dataset *d, const char *hash)
{
	for (size_t i = 0; i < d->n_configs; i++)
		if (streq(d->configs[i].hash, hash))
			return &d->configs[i];
	return NULL;
}

/* Compare the configurations of the two kernels if both are known and they differ. */
static void add_config(const struct dataset *d, const struct report *r, struct report_block *b)
{
	const char *cand = r->variants[b->candidate].v->config_hash;
	const char *base = r->variants[b->baseline].v->config_hash;
	const struct dataset_config *x, *y;

	if (!*cand || !*base || streq(cand, base))
		return;
	x = find_config(d, cand);
	y = find_config(d, base);
	b->config_unstored = !x || !y || !x->text || !y->text;
	if (!b->config_unstored)
		b->n_config = config_diff__make(x->text, y->text, &b->config);
}

/* The order matters: rows, then verdicts over the whole family, then everything that depends on
 * verdicts. */
void report_block__fill(const struct dataset *d, const struct report *r, struct report_block *b)
{
	const size_t pair[FACTORIAL_CELLS] = { b->candidate, b->baseline };
	const size_t *sides = b->factorial ? b->cell : pair;
	struct builder bl = { .n_sides = b->factorial ? FACTORIAL_CELLS : 2 };

	/* Pairs exist only within a campaign's blocks. */
	b->paired = !r->other && r->campaign->paired;
	for (size_t k = 0; k < bl.n_sides; k++)
		for (size_t i = 0; i < k; i++)
			b->common += boot_units__common(&r->variants[sides[i]].units,
							&r->variants[sides[k]].units);
	for (size_t k = 0; k < bl.n_sides; k++) {
		const struct report_variant *v = &r->variants[sides[k]];

		bl.variant[k] = v;
		bl.identical[k] = identical__mark(v->units.boots, v->units.n, v->data->series,
						  v->data->n_series, v->data->counts,
						  v->data->n_counts);
	}
	add_rows(r, b, &bl);
	if (!b->factorial)
		report_per_call__add(r, b, (const bool *const *)bl.identical);
	for (size_t k = 0; k < bl.n_sides; k++)
		free(bl.identical[k]);
	qsort(b->rows, b->n_rows, sizeof(*b->rows), compare_rows);
	decide(b);
	note_counts(r, b);
	add_means(b);
	for (size_t i = 0; i < b->n_rows; i++)
		b->primary[b->rows[i].j.verdict] += b->rows[i].metric->primary;
	b->within_pct = find_within(b);
	add_noise(d, b);
	add_config(d, r, b);
	/* Failed boots of a 2x2 are judged in the comparisons of its pairs. */
	if (!b->factorial)
		b->failures = failures__judge(r->variants[b->baseline].by_status,
					      r->variants[b->candidate].by_status);
	/* A failure on a system that both sides share cannot be attributed to either. */
	b->failures.regression = b->failures.regression && !b->common;
}
