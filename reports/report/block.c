// SPDX-License-Identifier: GPL-2.0-only
/* block.c - the rows of one table: which there are, and what their family decides. */
#include "reports/report/steps.h"
#include "reports/analysis/twins.h"

#include <math.h>

struct builder {
	struct store *st;
	const struct report *r;
	struct report_block *block;
	const struct report_variant *variant[FACTORIAL_CELLS];
	bool *twins[FACTORIAL_CELLS]; /* owned */
	struct boot_stat *stats[FACTORIAL_CELLS]; /* owned; by series */
	size_t n_stats[FACTORIAL_CELLS];
	size_t at[FACTORIAL_CELLS]; /* how far each list of series was walked */
	size_t n_sides;
	struct err *err;
};

static int compare_key(const struct series *a, const struct series *b)
{
	int c = strcmp(a->workload, b->workload);

	if (!c)
		c = strcmp(a->source, b->source);
	return c ? c : strcmp(a->name, b->name);
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

		if (bl->at[k] >= bl->block->n_series[k])
			continue;
		s = &bl->block->series[k][bl->at[k]];
		if (!least || compare_key(s, least) < 0)
			least = s;
	}
	return least;
}

/* What the boots of a side have of a series. */
static void find_stats(const struct builder *bl, size_t k, struct report_source *s)
{
	const struct boot_stat *all = bl->stats[k];
	size_t lo = 0, hi = bl->n_stats[k];

	if (!s->n_series)
		return;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (all[mid].series < s->series->id)
			lo = mid + 1;
		else
			hi = mid;
	}
	s->stats = all + lo;
	while (lo + s->n_stats < bl->n_stats[k] && s->stats[s->n_stats].series == s->series->id)
		s->n_stats++;
}

/* Walk the sorted lists of series side by side. */
static void add_rows(struct builder *bl)
{
	struct report_block *b = bl->block;
	const struct series *key;
	size_t room = 0;

	for (size_t k = 0; k < bl->n_sides; k++)
		room += b->n_series[k];
	b->rows = xcalloc(room + 1, sizeof(*b->rows));
	while ((key = next_key(bl))) {
		struct report_source s[FACTORIAL_CELLS] = { { 0 } };

		for (size_t k = 0; k < bl->n_sides; k++) {
			s[k].variant = bl->variant[k];
			s[k].twins = bl->twins[k];
			/* A side none of whose boots has samples has no series at all. */
			s[k].series = b->n_series[k] ? &b->series[k][bl->at[k]] : NULL;
			s[k].n_series = run_length(s[k].series, b->n_series[k] - bl->at[k], key);
			find_stats(bl, k, &s[k]);
			bl->at[k] += s[k].n_series;
		}
		report_row__fill(bl->r, b, s, bl->n_sides, &b->rows[b->n_rows++]);
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

/* The plan's margins in place of the metrics' own. */
static void set_margins(const struct campaign *c, struct series *list, size_t n)
{
	for (size_t i = 0; i < c->n_margins; i++) {
		const struct campaign_margin *m = &c->margins[i];

		for (size_t k = 0; k < n; k++) {
			if (!streq(list[k].source, m->source) || !streq(list[k].name, m->metric))
				continue;
			list[k].metric.margin_abs = m->abs;
			list[k].metric.margin_rel = m->rel;
		}
	}
}

/* The series of side k, their boots, and which of its boots repeat another. */
static int load_side(struct builder *bl, size_t k)
{
	const struct report_variant *v = bl->variant[k];
	struct report_block *b = bl->block;
	struct twins twins;
	int ret = store__series(bl->st, v->v->id, &b->series[k], &b->n_series[k], bl->err);

	if (!ret)
		ret = store__boot_stats(bl->st, v->v->id, &bl->stats[k], &bl->n_stats[k], bl->err);
	if (ret)
		return ret;
	set_margins(v->campaign, b->series[k], b->n_series[k]);
	twins__init(&twins, v->campaign->boots, v->campaign->n_boots);
	for (size_t i = 0; !ret && i < b->n_series[k]; i++) {
		struct reading *r = NULL;
		size_t n;

		if (!twins__is_counter(&b->series[k][i]))
			continue;
		ret = store__readings(bl->st, v->v->id, b->series[k][i].id, &r, &n, bl->err);
		if (!ret)
			twins__add(&twins, &b->series[k][i], r, n);
		free(r);
	}
	bl->twins[k] = ret ? NULL : twins__mark(&twins);
	twins__release(&twins);
	return ret;
}

int report_block__fill(struct store *st, const struct report *r, struct report_block *b,
		       struct err *err)
{
	struct builder bl = { .st = st, .r = r, .block = b, .err = err };
	const size_t pair[FACTORIAL_CELLS] = { b->candidate, b->baseline };
	const size_t *sides = b->factorial ? b->cell : pair;
	int ret = 0;

	bl.n_sides = b->factorial ? FACTORIAL_CELLS : 2;
	/* Boots of two campaigns stand in no common block. */
	b->paired = !r->other && r->campaign->paired;
	for (size_t k = 0; !ret && k < bl.n_sides; k++) {
		bl.variant[k] = &r->variants[sides[k]];
		ret = load_side(&bl, k);
	}
	if (!ret)
		add_rows(&bl);
	for (size_t k = 0; k < bl.n_sides; k++) {
		free(bl.twins[k]);
		free(bl.stats[k]);
	}
	if (ret)
		return ret;
	report_block__sort(b);
	decide(b);
	report_block__note_counts(r, b);
	report_block__describe(b);
	/* A 2x2 leaves failed boots to the blocks of its pairs. */
	if (!b->factorial)
		b->failures = failures__judge(r->variants[b->baseline].by_status,
					      r->variants[b->candidate].by_status);
	return 0;
}
