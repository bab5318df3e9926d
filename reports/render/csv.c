// SPDX-License-Identifier: GPL-2.0-only
/* csv.c - a comparison as CSV (RFC 4180), one line per row; see docs/REPORTS.md for the columns. */
#include "lib/csv.h"
#include "reports/render/render.h"

#include <math.h>

static void put_sides(struct csv_record *c, const struct report *r, const struct report_block *b)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];

	_free_ char *of_cand = report_variant__campaigns(cand);
	_free_ char *of_base = report_variant__campaigns(base);

	csv_record__text(c, b->title);
	csv_record__text(c, of_cand);
	csv_record__text(c, cand->v->name);
	csv_record__text(c, of_base);
	csv_record__text(c, base->v->name);
}

/* The columns from baseline_mean to verdict. NAN leaves a field empty. */
static void put_judgement(struct csv_record *c, const struct judgement *j)
{
	bool share = j->points > 0; /* changes by points, see put_effect() */
	const double v[] = {
		j->a,
		j->b,
		j->median_a,
		j->median_b,
		j->change,
		j->lo,
		j->hi,
		share ? NAN : j->pct,
		share ? NAN : j->lo_pct,
		share ? NAN : j->hi_pct,
		j->p,
		j->padj,
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		csv_record__number(c, v[i]);
	csv_record__text(c, j->verdict == VERDICT_NONE ? "" : verdict__name(j->verdict));
}

#define EFFECT_COLUMNS 5

/* The change in its display unit: points for a share, per cent otherwise. */
static void put_effect(struct csv_record *c, const struct judgement *j)
{
	struct effect e = judgement__effect(j);

	csv_record__number(c, e.at);
	csv_record__number(c, e.lo);
	csv_record__number(c, e.hi);
	csv_record__text(c, e.unit);
	csv_record__number(c, j->boots_needed_seen ? j->boots_needed_seen : NAN);
}

static void put_left(struct csv_record *c, const struct report_left *l)
{
	csv_record__number(c, l->failed);
	csv_record__number(c, l->lost);
	csv_record__number(c, l->tainted);
	csv_record__number(c, l->warmup);
}

static void put_row(struct csv_record *c, const struct report_row *r)
{
	const struct metric *m = r->metric;
	const struct judgement *j = &r->j;

	csv_record__text(c, r->workload);
	csv_record__text(c, r->source);
	csv_record__number(c, r->version);
	csv_record__text(c, m->name);
	csv_record__text(c, m->unit);
	csv_record__text(c, metric__better_name(m->better));
	csv_record__text(c, m->primary ? "primary" : "secondary");
	csv_record__text(c, metric__basis_name(r->basis));
	put_judgement(c, j);
	csv_record__number(c, (double)r->n_a);
	csv_record__number(c, (double)r->n_b);
	csv_record__number(c, m->margin_abs > 0 ? m->margin_abs : NAN);
	csv_record__number(c, m->margin_rel > 0 ? 100 * m->margin_rel : NAN);
	csv_record__number(c, j->points > 0 ? NAN : j->mde_pct);
	csv_record__number(c, j->boots_needed ? j->boots_needed : NAN);
	csv_record__number(c, j->deterministic);
	csv_record__number(c, (double)r->distinct);
	csv_record__number(c, r->j.points > 0 ? NAN : r->noise);
	put_left(c, &r->left_a);
	put_left(c, &r->left_b);
	csv_record__number(c, r->muxed_a);
	csv_record__number(c, r->muxed_b);
	csv_record__text(c, r->note);
}

/* A mean has no test: the fields between effect_pct and the note are empty. */
static void put_mean(struct csv_record *c, const struct report_mean *m)
{
	enum { BEFORE_PCT = 7, AFTER_PCT = 24 };
	_free_ char *note = xasprintf("geometric mean of %zu metrics: description only", m->n);

	csv_record__text(c, m->workload);
	csv_record__text(c, "");
	csv_record__text(c, "");
	csv_record__text(c, "geomean");
	csv_record__text(c, "");
	csv_record__text(c, metric__better_name(m->better));
	csv_record__text(c, "primary");
	csv_record__text(c, metric__basis_name(m->basis));
	for (int i = 0; i < BEFORE_PCT; i++)
		csv_record__text(c, "");
	csv_record__number(c, m->pct);
	for (int i = 0; i < AFTER_PCT; i++)
		csv_record__text(c, "");
	csv_record__text(c, note);
}

void format_csv(const struct report_view *v, FILE *out)
{
	const struct report *r = v->r;
	struct csv_record c = { .out = out };

	fputs("row,title,candidate_campaign,candidate,baseline_campaign,baseline,workload,source,"
	      "version,metric,unit,better,family,basis,baseline_mean,candidate_mean,"
	      "baseline_median,candidate_median,effect,lo,hi,effect_pct,lo_pct,hi_pct,p,padj,"
	      "verdict,n_a,n_b,margin_abs,margin_pct,mde_pct,boots_needed,deterministic,distinct,"
	      "noise_cv_pct,failed_a,lost_a,tainted_a,warmup_a,failed_b,lost_b,tainted_b,warmup_b,"
	      "multiplexed_a,multiplexed_b,note,forced,change,change_lo,change_hi,"
	      "change_unit,boots_needed_seen,provisional\n",
	      out);
	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct view_block *b = &v->blocks[i];

		if (b->hidden)
			continue;
		for (size_t k = 0; k < b->n_rows; k++) {
			csv_record__text(&c, "metric");
			put_sides(&c, r, b->b);
			put_row(&c, b->rows[k]);
			csv_record__number(&c, r->forced);
			put_effect(&c, &b->rows[k]->j);
			csv_record__number(&c, report__is_provisional(r));
			csv_record__end(&c);
		}
		for (size_t k = 0; k < b->n_means; k++) {
			csv_record__text(&c, "geomean");
			put_sides(&c, r, b->b);
			put_mean(&c, b->means[k]);
			csv_record__number(&c, r->forced);
			for (int e = 0; e < EFFECT_COLUMNS; e++)
				csv_record__text(&c, "");
			csv_record__number(&c, report__is_provisional(r));
			csv_record__end(&c);
		}
	}
}
