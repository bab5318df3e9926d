// SPDX-License-Identifier: GPL-2.0-only
#include "lib/strvec.h"
#include "reports/report-priv.h"
#include "reports/summary.h"

#include <math.h>

/* One side of a row: the series under one key (more than one: definitions are mixed). */
struct side {
	const struct report_variant *variant;
	const struct series *series;
	size_t n_series;
	struct summary sum;
};

struct builder {
	struct store *st;
	const struct report *r;
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
				 a->n_series > 1 ? a->variant->label : b->variant->label);
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

static void note_left(struct report_row *row, const struct report_left *l, const char *side)
{
	if (l->tainted) {
		_free_ char *s = xasprintf("%s: %u tainted sample%s left out", side, l->tainted,
					   l->tainted == 1 ? "" : "s");

		note(&row->note, s);
	}
	if (l->lost) {
		_free_ char *s = xasprintf("%s: %u boot%s with nothing left", side, l->lost,
					   l->lost == 1 ? "" : "s");

		note(&row->note, s);
	}
}

static struct report_left left_of(const struct side *s)
{
	return (struct report_left){
		.failed = s->variant->failed,
		.lost = s->sum.n_lost_boots,
		.tainted = s->sum.n_tainted,
		.warmup = s->sum.n_warmup,
	};
}

/* What is the same in one campaign but may differ between two. */
static void note_across(const struct builder *bl, struct report_row *row, const struct side *a,
			const struct side *b)
{
	const struct metric *x, *y;

	if (!bl->r->other || !a->n_series || !b->n_series)
		return;
	x = &a->series->metric;
	y = &b->series->metric;
	if ((row->basis == BASIS_MEASURED || row->basis == BASIS_MEASURED_GUEST) &&
	    !streq(bl->r->other->host, bl->r->campaign->host))
		note(&row->note, "measured on different hosts");
	if (!streq(bl->r->other->target, bl->r->campaign->target))
		note(&row->note, "from different kinds of target");
	if (x->margin_abs != y->margin_abs || x->margin_rel != y->margin_rel)
		note(&row->note, "the campaigns have different margins; the baseline's is used");
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
	ret = store__readings(bl->st, s->variant->v->id, s->series->id, &r, &n, bl->err);
	if (ret)
		return ret;
	summary__init(&s->sum, r, n, s->variant->campaign->boots, s->variant->campaign->n_boots);
	free(r);
	return 0;
}

static int compare_doubles(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static size_t count_distinct(const struct summary *a, const struct summary *b)
{
	size_t n = a->n + b->n, distinct = n > 0;
	_free_ double *v = xcalloc(n + 1, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = i < a->n ? a->boots[i] : b->boots[i - a->n];
	qsort(v, n, sizeof(*v), compare_doubles);
	for (size_t i = 1; i < n; i++)
		distinct += v[i] != v[i - 1];
	return distinct;
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
			.left_a = left_of(a),
			.left_b = left_of(b),
			.distinct = count_distinct(&a->sum, &b->sum),
			.noise_cv = NAN,
			.note = xstrdup(""),
		};
		bl->block->n_rows++;
		judge(row, a, b);
		if (row->j.tested && !row->j.exact && row->distinct == 2)
			note(&row->note, "only 2 different values among all boots");
		note_left(row, &row->left_a, a->variant->label);
		note_left(row, &row->left_b, b->variant->label);
		note_across(bl, row, a, b);
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
		struct side a = { .variant = &bl->r->variants[bk->baseline] };
		struct side b = { .variant = &bl->r->variants[bk->candidate] };
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

int report_block__fill(struct store *st, const struct report *r, struct report_block *b,
		       struct err *err)
{
	struct builder bl = { st, r, b, err };
	int ret = store__series(st, r->variants[b->baseline].v->id, &b->series_a, &b->n_series_a,
				err);

	if (!ret)
		ret = store__series(st, r->variants[b->candidate].v->id, &b->series_b,
				    &b->n_series_b, err);
	if (!ret)
		ret = add_rows(&bl);
	if (ret)
		return ret;
	report_block__sort(b);
	decide(b);
	report_block__describe(b);
	return 0;
}
