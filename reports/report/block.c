// SPDX-License-Identifier: GPL-2.0-only
/* block.c - the rows of one table: which there are, and what their family decides. */
#include "reports/report/steps.h"
#include "reports/analysis/identical.h"

#include <math.h>

struct builder {
	const struct report_variant *variant[FACTORIAL_CELLS]; /* the candidate first */
	bool *identical[FACTORIAL_CELLS]; /* owned */
	size_t at[FACTORIAL_CELLS]; /* how far each list of series was walked */
	size_t n_sides;
};

static int compare_key(const struct series *a, const struct series *b)
{
	int c = strcmp(a->workload, b->workload);

	if (!c)
		c = strcmp(a->source, b->source);
	return c ? c : strcmp(a->metric.name, b->metric.name);
}

/* How many series from v[0] on have the key of `like`. */
static size_t run_length(const struct series *v, size_t n, const struct series *like)
{
	size_t k = 0;

	while (k < n && !compare_key(like, &v[k]))
		k++;
	return k;
}

/* The first key that is left in any of the lists, or NULL. */
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

/* What the boots of a side have of a series. */
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

/* Walk the sorted lists of series side by side. */
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
			/* A side none of whose boots has samples has no series at all. */
			s[k].series = v->n_series ? &v->series[bl->at[k]] : NULL;
			s[k].n_series = run_length(s[k].series, v->n_series - bl->at[k], key);
			if (s[k].n_series)
				find_stats(v, &s[k]);
			bl->at[k] += s[k].n_series;
		}
		report_row__fill(r, b, s, bl->n_sides, &b->rows[b->n_rows++]);
	}
}

/* Primary metrics are one family, all others another: adding diagnostics to a plan must
 * not cost the metrics that matter their power. */
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

static void decide(struct report_block *bk)
{
	adjust(bk, true);
	adjust(bk, false);
	for (size_t i = 0; i < bk->n_rows; i++) {
		struct report_row *row = &bk->rows[i];

		verdict__decide(row->metric, &row->j);
		if (row->j.trivial)
			report_row__note(row, "beyond chance, but below the margin");
		bk->count[row->j.verdict]++;
	}
}

void report_block__fill(const struct report *r, struct report_block *b)
{
	const size_t pair[FACTORIAL_CELLS] = { b->candidate, b->baseline };
	const size_t *sides = b->factorial ? b->cell : pair;
	struct builder bl = { .n_sides = b->factorial ? FACTORIAL_CELLS : 2 };

	/* Boots of two campaigns stand in no common block. */
	b->paired = !r->other && r->campaign->paired;
	for (size_t k = 0; k < bl.n_sides; k++) {
		const struct report_variant *v = &r->variants[sides[k]];

		bl.variant[k] = v;
		bl.identical[k] = identical__mark(v->campaign, v->data->series, v->data->n_series,
						  v->data->counts, v->data->n_counts);
	}
	add_rows(r, b, &bl);
	for (size_t k = 0; k < bl.n_sides; k++)
		free(bl.identical[k]);
	report_block__sort(b);
	decide(b);
	report_block__note_counts(r, b);
	report_block__describe(b);
	/* A 2x2 leaves failed boots to the blocks of its pairs. */
	if (!b->factorial)
		b->failures = failures__judge(r->variants[b->baseline].by_status,
					      r->variants[b->candidate].by_status);
}
