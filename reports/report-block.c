// SPDX-License-Identifier: GPL-2.0-only
#include "lib/strvec.h"
#include "reports/report-priv.h"
#include "reports/summary.h"

#include <math.h>

/* One side of a row: the series under one key (more than one: definitions are mixed). */
struct side {
	const struct campaign_variant *variant;
	const struct series *series;
	size_t n_series;
	struct summary sum;
};

struct builder {
	struct store *st;
	const struct campaign *c;
	struct report_block *block;
	struct err *err;
};

static int compare_key(const struct series *a, const struct series *b)
{
	int c = strcmp(a->workload, b->workload);

	if (!c)
		c = strcmp(a->source, b->source);
	return c ? c : strcmp(a->name, b->name);
}

/* How many series from v[0] on have the key of v[0]. */
static size_t run_length(const struct series *v, size_t n)
{
	size_t k = 0;

	while (k < n && !compare_key(&v[0], &v[k]))
		k++;
	return k;
}

static void note(char **notes, const char *text)
{
	char *old = *notes;

	*notes = *old ? xasprintf("%s; %s", old, text) : xstrdup(text);
	free(old);
}

/* Why two sides cannot be compared at all, or NULL. The caller frees. */
static char *mismatch(const struct side *a, const struct side *b)
{
	const struct series *x = a->series, *y = b->series;

	if (a->n_series > 1 || b->n_series > 1)
		return xasprintf("%s mixes several definitions of this metric",
				 a->n_series > 1 ? a->variant->name : b->variant->name);
	if (!a->n_series || !b->n_series)
		return NULL; /* said with the counts of boots */
	if (x->version != y->version)
		return xasprintf("version of %s differs: %u and %u", x->source, x->version,
				 y->version);
	if (!streq(x->unit, y->unit))
		return xasprintf("unit differs: %s and %s", x->unit, y->unit);
	if (x->metric.better != y->metric.better)
		return xstrdup("the sides do not agree on which direction is better");
	if (x->basis != y->basis)
		return xasprintf("basis differs: %s and %s", metric__basis_name(x->basis),
				 metric__basis_name(y->basis));
	return NULL;
}

static void note_samples(struct report_row *row, const struct side *a, const struct side *b)
{
	unsigned int lost = a->sum.n_lost_boots + b->sum.n_lost_boots;
	_free_ char *s = NULL;

	if (row->tainted) {
		s = xasprintf("%u tainted left out", row->tainted);
		note(&row->note, s);
	}
	if (lost) {
		_free_ char *t = xasprintf("%u boot%s with nothing left", lost,
					   lost == 1 ? "" : "s");

		note(&row->note, t);
	}
}

static void note_too_few(struct report_row *row)
{
	_free_ char *s = NULL;

	if (row->j.verdict != VERDICT_INSUFFICIENT || *row->note)
		return;
	s = xasprintf("a verdict needs %d boots on each side, there are %zu and %zu",
		      STATS_MIN_BOOTS, row->n_a, row->n_b);
	note(&row->note, s);
}

/* Read and summarise a side; nothing to do for one that lacks the metric. */
static int load_side(struct builder *bl, struct side *s)
{
	struct reading *r;
	size_t n;
	int ret;

	if (!s->n_series)
		return 0;
	ret = store__readings(bl->st, s->variant->id, s->series->id, &r, &n, bl->err);
	if (ret)
		return ret;
	summary__init(&s->sum, r, n, bl->c->boots, bl->c->n_boots);
	free(r);
	return 0;
}

static void judge(struct report_row *row, const struct side *a, const struct side *b)
{
	struct verdict_input in = {
		.metric = row->metric,
		.basis = row->basis,
		.a = a->sum.boots,
		.b = b->sum.boots,
		.na = a->sum.n,
		.nb = b->sum.n,
	};
	_free_ char *why = mismatch(a, b);

	if (!why && (a->sum.bad || b->sum.bad))
		why = xstrdup("a value is not a finite number");
	if (why) {
		/* Each side by itself still says something; the two together do not. */
		in.na = a->n_series == 1 && !a->sum.bad ? in.na : 0;
		in.nb = 0;
		note(&row->note, why);
	}
	verdict__test(&in, &row->j);
	note_too_few(row);
}

/* `s` says what the row is called: it is the series of one of the sides. */
static int add_row(struct builder *bl, const struct series *s, struct side *a, struct side *b)
{
	struct report_row *row = &bl->block->rows[bl->block->n_rows];
	int ret = load_side(bl, a);

	if (!ret)
		ret = load_side(bl, b);
	if (!ret) {
		*row = (struct report_row){
			.workload = s->workload,
			.source = s->source,
			.metric = &s->metric,
			.basis = s->basis,
			.version = s->version,
			.n_a = a->sum.n,
			.n_b = b->sum.n,
			.tainted = a->sum.n_tainted + b->sum.n_tainted,
			.warmup = a->sum.n_warmup + b->sum.n_warmup,
			.note = xstrdup(""),
		};
		bl->block->n_rows++;
		judge(row, a, b);
		note_samples(row, a, b);
	}
	summary__release(&a->sum);
	summary__release(&b->sum);
	return ret;
}

/* Walk both sorted lists of series side by side. */
static int add_rows(struct builder *bl)
{
	struct report_block *bk = bl->block;
	size_t i = 0, k = 0;
	int ret = 0;

	bk->rows = xcalloc(bk->n_series_a + bk->n_series_b + 1, sizeof(*bk->rows));
	while (!ret && (i < bk->n_series_a || k < bk->n_series_b)) {
		struct side a = { .variant = &bl->c->variants[bk->baseline] };
		struct side b = { .variant = &bl->c->variants[bk->candidate] };
		int order = i == bk->n_series_a ? 1 : k == bk->n_series_b ? -1 :
			    compare_key(&bk->series_a[i], &bk->series_b[k]);
		const struct series *s = order <= 0 ? &bk->series_a[i] : &bk->series_b[k];

		if (order <= 0) {
			a.series = &bk->series_a[i];
			a.n_series = run_length(a.series, bk->n_series_a - i);
			i += a.n_series;
		}
		if (order >= 0) {
			b.series = &bk->series_b[k];
			b.n_series = run_length(b.series, bk->n_series_b - k);
			k += b.n_series;
		}
		ret = add_row(bl, s, &a, &b);
	}
	return ret;
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
			note(&row->note, "beyond chance, but below the margin");
		bk->count[row->j.verdict]++;
	}
}

/* What matters first within each source. */
static int compare_rows(const void *x, const void *y)
{
	const struct report_row *a = x, *b = y;
	int c = strcmp(a->workload, b->workload);

	if (!c)
		c = strcmp(a->source, b->source);
	if (!c)
		c = (int)b->metric->primary - (int)a->metric->primary;
	return c ? c : strcmp(a->metric->name, b->metric->name);
}

int report_block__fill(struct store *st, const struct campaign *c, struct report_block *b,
		       struct err *err)
{
	struct builder bl = { st, c, b, err };
	int ret = store__series(st, c->variants[b->baseline].id, &b->series_a, &b->n_series_a,
				err);

	if (!ret)
		ret = store__series(st, c->variants[b->candidate].id, &b->series_b,
				    &b->n_series_b, err);
	if (!ret)
		ret = add_rows(&bl);
	if (ret)
		return ret;
	qsort(b->rows, b->n_rows, sizeof(*b->rows), compare_rows);
	decide(b);
	return 0;
}
