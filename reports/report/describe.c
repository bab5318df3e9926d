// SPDX-License-Identifier: GPL-2.0-only
/* describe.c - what the rows of a judged block say together; no verdict rests on it. */
#include "reports/report/steps.h"

#include <math.h>

/* A ratio is the natural scale of metrics with a relative margin; the geometric mean of others
 * would mix kilobytes of memory with a handful of page tables. */
static bool has_ratio(const struct report_row *r)
{
	return r->metric->primary && r->j.tested && !r->j.linear && r->metric->margin_abs == 0 &&
	       isfinite(r->j.pct);
}

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

static void add_means(struct report_block *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *r = &b->rows[i];
		struct report_mean *m;

		if (!has_ratio(r))
			continue;
		m = mean_of(b, r);
		m->pct += log1p(r->j.pct / 100); /* the sum of logarithms until the end */
		m->n++;
	}
	for (size_t i = 0; i < b->n_means; i++) {
		struct report_mean *m = &b->means[i];

		m->pct = 100 * expm1(m->pct / (double)m->n);
		if (m->n > 1) /* the mean of one metric is that metric */
			b->means[n++] = *m;
	}
	b->n_means = n;
}

/* The largest limit of the primary metrics, or of all others where no primary one was judged; NAN
 * unless all of these are "no change". */
static double find_within(const struct report_block *b)
{
	bool primary = false;
	double most = NAN;

	for (size_t i = 0; i < b->n_rows; i++)
		primary |= b->rows[i].metric->primary && b->rows[i].j.verdict != VERDICT_NONE;
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *r = &b->rows[i];

		if (r->metric->primary != primary || r->j.verdict == VERDICT_NONE)
			continue;
		if (r->j.verdict != VERDICT_NO_CHANGE)
			return NAN;
		most = fmax(most, fmax(fabs(r->j.lo_pct), fabs(r->j.hi_pct)));
	}
	return most;
}

void report_block__describe(struct report_block *b)
{
	add_means(b);
	for (size_t i = 0; i < b->n_rows; i++)
		b->primary[b->rows[i].j.verdict] += b->rows[i].metric->primary;
	b->within_pct = find_within(b);
}

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

void report_block__sort(struct report_block *b)
{
	qsort(b->rows, b->n_rows, sizeof(*b->rows), compare_rows);
}

static const struct dataset_config *find_config(const struct dataset *d, const char *hash)
{
	for (size_t i = 0; i < d->n_configs; i++)
		if (streq(d->configs[i].hash, hash))
			return &d->configs[i];
	return NULL;
}

void report_block__add_config(const struct dataset *d, const struct report *r,
			      struct report_block *b)
{
	const char *cand = r->variants[b->candidate].v->config_hash;
	const char *base = r->variants[b->baseline].v->config_hash;
	const struct dataset_config *x, *y;

	if (!*cand || !*base || streq(cand, base))
		return;
	x = find_config(d, cand);
	y = find_config(d, base);
	b->config_untold = !x || !y || !x->text || !y->text;
	if (!b->config_untold)
		b->n_config = config_diff__make(x->text, y->text, &b->config);
}
