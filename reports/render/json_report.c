// SPDX-License-Identifier: GPL-2.0-only
/* json_report.c - a report as one JSON object; see docs/REPORTS.md for its members. */
#include "reports/render/expect.h"
#include "reports/render/json.h"
#include "reports/render/conclusion.h"
#include "reports/report/finding.h"
#include "reports/report/outcome.h"
#include "reports/report/published.h"
#include "reports/render/render.h"

#include <math.h>

#define SCHEMA 1

static void put(json_t *obj, const char *key, json_t *value)
{
	json_object_set_new(obj, key, value);
}

/* Failed boots by status, without statuses that did not occur. */
static json_t *failures(const struct report_variant *v)
{
	json_t *o = json_object();

	for (int s = BOOT_OK + 1; s < BOOT_STATUS_MAX; s++)
		if (v->by_status[s])
			put(o, boot_status__name((enum boot_status)s),
			    json_integer(v->by_status[s]));
	return o;
}

static json_t *variant(const struct report_variant *v)
{
	json_t *o = json_object(), *evidence = json_array(), *campaigns = json_array();

	put(o, "name", json__text(v->v->name));
	put(o, "label", json__text(v->label));
	put(o, "campaign", json__text(v->campaign->uuid));
	for (size_t i = 0; i < v->n_parts; i++)
		json_array_append_new(campaigns, json__text(v->parts[i].campaign->uuid));
	put(o, "campaigns", campaigns);
	put(o, "baseline", json_boolean(v->v->baseline));
	put(o, "cpu", json__text(v->v->cpu));
	put(o, "cmdline", json__text(v->v->cmdline));
	put(o, "kernel_hash", json__text(v->v->kernel_hash));
	put(o, "release", json__text(v->v->release));
	put(o, "arch", json__text(v->v->arch));
	put(o, "origin", json__text(v->v->origin));
	put(o, "config_hash", json__text(v->v->config_hash));
	put(o, "boots_planned", json_integer(v->planned));
	put(o, "boots_ok", json_integer(v->ok));
	if (v->repeats)
		put(o, "boots_repeated", json_integer(v->repeats));
	put(o, "boots_failed", json_integer(v->failed));
	put(o, "sessions", v->units.shared ? json_integer(v->sessions) : json_null());
	put(o, "sessions_ok", v->units.shared ? json_integer(v->sessions_ok) : json_null());
	put(o, "not_ok", failures(v));
	for (size_t i = 0; i < v->n_evidence; i++)
		json_array_append_new(evidence,
				      json_pack("{s:s, s:o, s:I}", "key", v->evidence[i].key,
						"value", json__text(v->evidence[i].value), "boots",
						(json_int_t)v->evidence[i].boots));
	put(o, "evidence", evidence);
	return o;
}

/* The change in per cent of the baseline, and in its display unit. A share changes by points and
 * has no per cent, which would mislead. */
static void put_effect(json_t *o, const struct judgement *j)
{
	struct effect e = judgement__effect(j);
	bool share = j->points > 0;

	put(o, "effect_pct", json__number(share ? NAN : j->pct));
	put(o, "lo_pct", json__number(share ? NAN : j->lo_pct));
	put(o, "hi_pct", json__number(share ? NAN : j->hi_pct));
	put(o, "change", json__number(e.at));
	put(o, "change_lo", json__number(e.lo));
	put(o, "change_hi", json__number(e.hi));
	put(o, "change_unit", json__text(e.unit));
}

/* Numbers that do not apply are null, and so is the verdict if the basis allows none. */
static void put_judgement(json_t *o, const struct judgement *j)
{
	put(o, "verdict",
	    j->verdict == VERDICT_NONE ? json_null() : json__text(verdict__name(j->verdict)));
	put(o, "baseline_median", json__number(j->median_a));
	put(o, "candidate_median", json__number(j->median_b));
	put(o, "baseline_mean", json__number(j->a));
	put(o, "candidate_mean", json__number(j->b));
	put(o, "effect", json__number(j->change));
	put(o, "lo", json__number(j->lo));
	put(o, "hi", json__number(j->hi));
	put_effect(o, j);
	put(o, "p", json__number(j->p));
	put(o, "padj", json__number(j->padj));
	put(o, "scale", json__text(j->linear ? "difference" : "ratio"));
	put(o, "deterministic", json_boolean(j->deterministic));
	put(o, "widened_by",
	    j->widened == WIDENED_NOT ? json_null() : json__text(verdict__widened(j->widened)));
	put(o, "below_margin_but_significant", json_boolean(j->verdict == VERDICT_SMALL));
	put(o, "mde", json__number(j->mde));
	put(o, "mde_pct", json__number(j->points > 0 ? NAN : j->mde_pct));
	put(o, "boots_needed", j->boots_needed ? json_integer(j->boots_needed) : json_null());
	put(o, "boots_needed_seen",
	    j->boots_needed_seen ? json_integer(j->boots_needed_seen) : json_null());
}

/* What a side leaves out. */
static json_t *left_out(const struct report_left *l)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "boots_failed", (json_int_t)l->failed,
			 "boots_lost", (json_int_t)l->lost, "boots_identical",
			 (json_int_t)l->identical, "samples_tainted", (json_int_t)l->tainted,
			 "samples_warmup", (json_int_t)l->warmup);
}

/* The four variants of a 2x2, or null. */
static json_t *factorial(const struct report *r, const struct report_block *b)
{
	static const char *const keys[FACTORIAL_CELLS] = {
		[CELL_BOTH] = "both",
		[CELL_SECOND] = "second",
		[CELL_FIRST] = "first",
		[CELL_NEITHER] = "neither",
	};
	json_t *o = b->factorial ? json_object() : json_null();

	for (size_t k = 0; b->factorial && k < FACTORIAL_CELLS; k++)
		put(o, keys[k], json__text(r->variants[b->cell[k]].v->name));
	return o;
}

/* The simple effects of a row of a 2x2, or null. */
static json_t *simple(const struct report_row *r)
{
	static const char *const names[FACTORIAL_EFFECTS] = {
		[EFFECT_FIRST_WITH] = "first_with_second",
		[EFFECT_FIRST_WITHOUT] = "first_without_second",
		[EFFECT_SECOND_WITH] = "second_with_first",
		[EFFECT_SECOND_WITHOUT] = "second_without_first",
	};
	json_t *o = r->simple ? json_object() : json_null();

	for (size_t e = 0; r->simple && e < FACTORIAL_EFFECTS; e++) {
		const struct judgement *j = &r->simple[e];

		json_t *one = json_object();

		put(one, "effect", json__number(j->change));
		put_effect(one, j);
		put(one, "p", json__number(j->p));
		put(o, names[e], one);
	}
	return o;
}

/* Spreads are relative (0.01 = 1 %), or in the metric's unit if "linear" is set. */
static json_t *diagnostics(const struct diag *d)
{
	return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o}", "linear", d->noise.linear,
			 "sd_boot", json__number(sqrt(d->noise.between)), "sd_iter",
			 json__number(sqrt(d->noise.within)), "icc", json__number(d->noise.icc),
			 "iterations", json__number(d->noise.n_iter), "lag1", json__number(d->lag1),
			 "outliers_a", (json_int_t)d->outliers_a, "outliers_b",
			 (json_int_t)d->outliers_b, "p_permutation",
			 json__number(d->p_permutation));
}

/* A published change in per cent; for a single figure both ends are equal. `why`: why it cannot be
 * compared; NULL: it can. */
static json_t *published(const struct published_figure *f, const char *why)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", json__text(f->name),
			 "lo_pct", json__number(f->lo), "hi_pct", json__number(f->hi), "how",
			 json__text(f->how), "from", json__text(f->from), "elsewhere",
			 f->elsewhere ? json__text(f->elsewhere) : json_null(), "not_comparable",
			 why ? json__text(why) : json_null());
}

/* All published figures, including those without a row in the block. */
static json_t *all_published(const struct published *p, const struct view_block *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->n; i++) {
		_free_ char *why = published__differs(&p->v[i], v);
		json_t *o = published(&p->v[i], why);

		put(o, "workload", p->v[i].workload ? json__text(p->v[i].workload) : json_null());
		put(o, "rows", json__texts(&p->v[i].rows));
		json_array_append_new(list, o);
	}
	return list;
}

/* The ranges of the boots of both sides, or null. */
static json_t *ranges(const struct ranges *g)
{
	if (!ranges__known(g))
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:I, s:I}", "baseline_lowest",
			 json__number(g->lo_a), "baseline_highest", json__number(g->hi_a),
			 "candidate_lowest", json__number(g->lo_b), "candidate_highest",
			 json__number(g->hi_b), "overlap", !g->gap, "gap",
			 g->gap ? json__number(g->gap) : json_null(), "gap_pct",
			 json__number(g->gap_pct), "candidate_boots_within_baseline",
			 (json_int_t)g->in_a, "baseline_boots_within_candidate",
			 (json_int_t)g->in_b);
}

/* "published" exists only if the view has figures to show beside ours. */
static json_t *row(const struct report_view *v, const struct report_row *r)
{
	const struct published_figure *f = published__find(v->published, r, NULL);
	_free_ char *why = f ? published__row_differs(f, r, f->elsewhere) : NULL;
	const struct metric *m = r->metric;
	json_t *o = json_object();

	put(o, "workload", json__text(r->workload));
	put(o, "source", json__text(r->source));
	put(o, "version", json_integer(r->version));
	put(o, "metric", json__text(m->name));
	put(o, "unit", json__text(m->unit));
	put(o, "better", m->describes ? json_null() : json__text(metric__better_name(m->better)));
	put(o, "family", json__text(m->primary ? "primary" : "secondary"));
	put(o, "basis", json__text(metric__basis_name(r->basis)));
	put(o, "margin_abs", m->margin_abs > 0 ? json__number(m->margin_abs) : json_null());
	put(o, "margin_rel", m->margin_rel > 0 ? json__number(m->margin_rel) : json_null());
	put(o, "n_a", json_integer((json_int_t)r->n_a));
	put(o, "n_b", json_integer((json_int_t)r->n_b));
	put(o, "n_pairs", r->j.n_pairs ? json_integer((json_int_t)r->j.n_pairs) : json_null());
	put(o, "tainted_left_out", json_integer(r->left_a.tainted + r->left_b.tainted));
	put(o, "warmup_left_out", json_integer(r->left_a.warmup + r->left_b.warmup));
	put(o, "left_out_a", left_out(&r->left_a));
	put(o, "left_out_b", left_out(&r->left_b));
	put(o, "multiplexed_a", json_integer(r->muxed_a));
	put(o, "multiplexed_b", json_integer(r->muxed_b));
	put(o, "distinct", json_integer((json_int_t)r->distinct));
	put(o, "noise_cv_pct", json__number(r->j.points > 0 ? NAN : r->noise));
	put(o, "noise_points", json__number(r->j.points > 0 ? r->noise : NAN));
	put_judgement(o, &r->j);
	put(o, "simple", simple(r));
	put(o, "diagnostics", r->diag ? diagnostics(r->diag) : json_null());
	put(o, "ranges", ranges(&r->ranges));
	put(o, "note", json__text(r->note));
	if (v->published)
		put(o, "published", f ? published(f, why) : json_null());
	return o;
}

static json_t *means(const struct view_block *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->n_means; i++) {
		const struct report_mean *m = v->means[i];

		json_array_append_new(list, json_pack("{s:o, s:s, s:s, s:I, s:o}", "workload",
						      json__text(m->workload), "better",
						      metric__better_name(m->better), "basis",
						      metric__basis_name(m->basis), "metrics",
						      (json_int_t)m->n, "effect_pct",
						      json__number(m->pct)));
	}
	return list;
}

/* null if the configuration of a kernel is unknown; an empty list if they are equal. */
static json_t *config_changes(const struct report *r, const struct report_block *b)
{
	const char *cand = r->variants[b->candidate].v->config_hash;
	const char *base = r->variants[b->baseline].v->config_hash;
	json_t *list = *cand && *base && !b->config_unstored ? json_array() : json_null();

	for (size_t i = 0; i < b->n_config; i++) {
		json_t *o = json_object();

		put(o, "symbol", json__text(b->config[i].symbol));
		put(o, "candidate", json__text(b->config[i].candidate));
		put(o, "baseline", json__text(b->config[i].baseline));
		json_array_append_new(list, o);
	}
	return list;
}

/* "counts" covers all rows, "rows" only those shown. */
static json_t *block(const struct report_view *view, const struct view_block *v)
{
	const struct report *r = view->r;
	const struct report_block *b = v->b;
	const struct failures *f = &b->failures;
	json_t *o = json_object(), *rows = json_array(), *counts = json_object();

	put(o, "title", json__text(b->title));
	put(o, "candidate", json__text(r->variants[b->candidate].v->name));
	put(o, "baseline", json__text(r->variants[b->baseline].v->name));
	put(o, "candidate_campaign", json__text(r->variants[b->candidate].campaign->uuid));
	put(o, "against", json__text(report_block__against(r, b)));
	put(o, "design", json__text(b->paired ? "paired" : "unpaired"));
	put(o, "factorial", factorial(r, b));
	put(o, "baseline_campaign", json__text(r->variants[b->baseline].campaign->uuid));
	put(o, "boots_on_both_sides", json_integer((json_int_t)b->common));
	put(o, "nothing_changed_beyond_pct", json__number(b->within_pct));
	put(o, "config_changes", config_changes(r, b));
	put(o, "failed_boots",
	    json_pack("{s:I, s:I, s:I, s:I, s:o, s:b}", "baseline", (json_int_t)f->a,
		      "baseline_boots", (json_int_t)f->n_a, "candidate", (json_int_t)f->b,
		      "candidate_boots", (json_int_t)f->n_b, "p", json__number(f->p), "regression",
		      f->regression));
	put(o, "rows_not_shown", json_integer(v->folded + v->filtered));
	for (int i = 0; i < VERDICT_MAX; i++)
		put(counts, verdict__name((enum verdict)i), json_integer(b->count[i]));
	put(o, "counts", counts);
	for (size_t i = 0; i < v->n_rows; i++)
		json_array_append_new(rows, row(view, v->rows[i]));
	put(o, "rows", rows);
	put(o, "geometric_means", means(v));
	if (view->published)
		put(o, "published", all_published(view->published, v));
	return o;
}

static json_t *campaign(const struct campaign *c)
{
	json_t *o = json_object();
	char seed[24];

	put(o, "id", json__text(c->uuid));
	put(o, "name", json__text(c->name));
	put(o, "state", json__text(c->state));
	put(o, "target", json__text(c->target));
	put(o, "host", json__text(c->host));
	put(o, "kduel", json__text(c->version));
	put(o, "created_ns", json_integer((json_int_t)c->created_ns));
	/* A string: many JSON parsers read numbers as doubles. */
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)c->seed);
	put(o, "seed", json__text(seed));
	put(o, "boots_planned", json_integer(c->n_slots));
	return o;
}

static json_t *finding(const struct report *r)
{
	_cleanup_(finding__release) struct finding f;
	json_t *list = json_array();

	finding__make(r, &f);
	for (size_t i = 0; i < f.n; i++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "kind",
						      finding__kind_name(f.line[i].kind), "text",
						      json__text(f.line[i].text)));
	return list;
}

void format_json(const struct report_view *v, FILE *out)
{
	const struct report *r = v->r;
	_free_ char *text = conclusion__text(r, true);
	json_t *o = json_object(), *variants = json_array(), *blocks = json_array();
	json_t *workloads = json_array();

	put(o, "schema", json_integer(SCHEMA));
	put(o, "kind", json__text("comparison"));
	put(o, "campaign", campaign(r->campaign));
	put(o, "baseline_campaign", r->other ? campaign(r->other) : json_null());
	put(o, "cautions", json__texts(&r->cautions));
	put(o, "outside", json__texts(&r->outside));
	put(o, "forced", json_boolean(r->forced));
	put(o, "provisional", json_boolean(report__is_provisional(r)));
	put(o, "finding", finding(r));
	put(o, "conclusion", json__text(text));
	put(o, "exit_code", json_integer(report__exit_code(r)));
	for (size_t i = 0; i < r->n_variants; i++)
		json_array_append_new(variants, variant(&r->variants[i]));
	put(o, "variants", variants);
	put(o, "expectations", expect__json(&r->expects));
	for (size_t i = 0; i < r->n_blocks; i++)
		if (!v->blocks[i].hidden)
			json_array_append_new(blocks, block(v, &v->blocks[i]));
	put(o, "blocks", blocks);
	for (size_t i = 0; i < r->n_workloads; i++) {
		const struct report_workload *w = &r->workloads[i];

		json_array_append_new(workloads,
				      json_pack("{s:o, s:o, s:I, s:I}", "name", json__text(w->name),
						"params", json__text(w->params), "iterations",
						(json_int_t)w->iterations, "warmup",
						(json_int_t)w->warmup));
	}
	put(o, "workloads", workloads);
	json__print(o, out);
}
