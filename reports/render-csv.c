// SPDX-License-Identifier: GPL-2.0-only
/* render-csv.c - RFC 4180; docs/REPORTS.md describes the columns. */
#include "lib/csv.h"
#include "reports/render.h"

#include <math.h>

struct csv_out {
	FILE *out;
	bool begun; /* the record has a field */
};

static void begin_field(struct csv_out *c)
{
	fputs(c->begun ? "," : "", c->out);
	c->begun = true;
}

static void put_text(struct csv_out *c, const char *s)
{
	begin_field(c);
	csv__put_text(s, c->out);
}

/* What does not apply is empty. */
static void put_number(struct csv_out *c, double v)
{
	begin_field(c);
	if (isfinite(v))
		csv__put_number(v, c->out);
}

static void put_flag(struct csv_out *c, bool v)
{
	put_number(c, v);
}

static void end_record(struct csv_out *c)
{
	fputs("\n", c->out);
	c->begun = false;
}

static void put_sides(struct csv_out *c, const struct report *r, const struct report_block *b)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];

	put_text(c, b->title);
	put_text(c, cand->campaign->uuid);
	put_text(c, cand->v->name);
	put_text(c, base->campaign->uuid);
	put_text(c, base->v->name);
}

static void put_judgement(struct csv_out *c, const struct judgement *j)
{
	const double v[] = { j->a, j->b, j->median_a, j->median_b, j->change, j->lo, j->hi,
			     j->pct, j->lo_pct, j->hi_pct, j->p, j->padj };

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		put_number(c, v[i]);
	put_text(c, j->verdict == VERDICT_NONE ? "" : verdict__name(j->verdict));
}

static void put_left(struct csv_out *c, const struct report_left *l)
{
	put_number(c, l->failed);
	put_number(c, l->lost);
	put_number(c, l->tainted);
	put_number(c, l->warmup);
}

static void put_row(struct csv_out *c, const struct report_row *r)
{
	const struct metric *m = r->metric;
	const struct judgement *j = &r->j;

	put_text(c, r->workload);
	put_text(c, r->source);
	put_number(c, r->version);
	put_text(c, m->name);
	put_text(c, m->unit);
	put_text(c, metric__better_name(m->better));
	put_text(c, m->primary ? "primary" : "secondary");
	put_text(c, metric__basis_name(r->basis));
	put_judgement(c, j);
	put_number(c, (double)r->n_a);
	put_number(c, (double)r->n_b);
	put_number(c, m->margin_abs > 0 ? m->margin_abs : NAN);
	put_number(c, m->margin_abs > 0 ? NAN : 100 * m->margin_rel);
	put_number(c, j->mde_pct);
	put_number(c, j->boots_needed ? j->boots_needed : NAN);
	put_flag(c, j->exact);
	put_number(c, (double)r->distinct);
	put_number(c, 100 * r->noise_cv);
	put_left(c, &r->left_a);
	put_left(c, &r->left_b);
	put_text(c, r->note);
}

/* A mean has no test: between its change in per cent and its note all fields are empty. */
static void put_mean(struct csv_out *c, const struct report_mean *m)
{
	enum { BEFORE_PCT = 7, AFTER_PCT = 22 };
	_free_ char *note = xasprintf("geometric mean of %zu metrics: description only", m->n);

	put_text(c, m->workload);
	put_text(c, "");
	put_text(c, "");
	put_text(c, "geomean");
	put_text(c, "");
	put_text(c, metric__better_name(m->better));
	put_text(c, "primary");
	put_text(c, metric__basis_name(m->basis));
	for (int i = 0; i < BEFORE_PCT; i++)
		put_text(c, "");
	put_number(c, m->pct);
	for (int i = 0; i < AFTER_PCT; i++)
		put_text(c, "");
	put_text(c, note);
}

void render__csv(const struct report *r, FILE *out)
{
	struct csv_out c = { .out = out };

	fputs("row,title,candidate_campaign,candidate,baseline_campaign,baseline,workload,source,"
	      "version,metric,unit,better,family,basis,baseline_mean,candidate_mean,"
	      "baseline_median,candidate_median,effect,lo,hi,effect_pct,lo_pct,hi_pct,p,padj,"
	      "verdict,n_a,n_b,margin_abs,margin_pct,mde_pct,boots_needed,deterministic,distinct,"
	      "noise_cv_pct,failed_a,lost_a,tainted_a,warmup_a,failed_b,lost_b,tainted_b,warmup_b,"
	      "note\n", out);
	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];

		for (size_t k = 0; k < b->n_rows; k++) {
			if (b->rows[k].shown != ROW_SHOWN)
				continue;
			put_text(&c, "metric");
			put_sides(&c, r, b);
			put_row(&c, &b->rows[k]);
			end_record(&c);
		}
		for (size_t k = 0; k < b->n_means; k++) {
			if (b->means[k].hidden)
				continue;
			put_text(&c, "geomean");
			put_sides(&c, r, b);
			put_mean(&c, &b->means[k]);
			end_record(&c);
		}
	}
}
