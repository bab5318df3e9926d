// SPDX-License-Identifier: GPL-2.0-only
/* row.c - one row of a comparison: all samples, the test, and how to reproduce it. */
#include "reports/pages/row.h"
#include "reports/charts/strip.h"
#include "reports/pages/context.h"
#include "reports/pages/functions.h"
#include "reports/stats/stats.h"
#include "reports/report/published.h"
#include "reports/report/words.h"
#include "reports/report/samples.h"
#include "reports/web/find.h"
#include "reports/web/cache.h"

#include <math.h>

/* The result in one line, with the numbers that support it. */
static void put_sentence(struct html *h, const struct report *r, const struct report_block *b,
			 const struct report_row *row)
{
	const struct judgement *j = &row->j;
	_free_ char *pct = words__change(j), *ci = words__ci(j), *p = words__p(j->padj);

	if (report__is_provisional(r))
		html__put(h, "<p class=\"caution\">Provisional: not all boots are done, the "
			     "verdict may change.</p>\n");
	html__put(h, "<p class=\"lead\">");
	piece__verdict(h, row);
	html__fmt(h, " %s against %s", r->variants[b->candidate].label,
		  report_block__against(r, b));
	if (!streq(pct, "-"))
		html__fmt(h, ": <strong>%s</strong>", pct);
	if (j->verdict != VERDICT_NONE && !isnan(j->lo_pct))
		html__fmt(h, ", 95 %% CI %s", ci);
	if (!isnan(j->padj))
		html__fmt(h, ", adjusted p %s", p);
	html__fmt(h, ". %s is better.</p>\n",
		  row->metric->better == BETTER_LOWER ? "Lower" : "Higher");
}

/* The margin around the baseline, for the chart. A relative margin is a factor in both directions,
 * as in the test: 5 % up is a * 1.05, 5 % down is a / 1.05. */
static void set_margin(const struct report_row *row, struct strip *s)
{
	const struct metric *m = row->metric;
	double a = row->j.a;

	/* For negative values the larger product is the lower limit. */
	double x = a / (1 + m->margin_rel), y = a * (1 + m->margin_rel);

	s->margin_lo = fmin(a - m->margin_abs, fmin(x, y));
	s->margin_hi = fmax(a + m->margin_abs, fmax(x, y));
}

/* Why our measurement is not comparable with the published one, according to the parameters of this
 * campaign or the other one; nothing if it is. */
static void put_differs(struct html *h, const struct published *all,
			const struct published_figure *f, const struct report *r,
			const struct report_row *row)
{
	_free_ char *here = all->elsewhere ? all->elsewhere(f, r->campaign) : NULL;
	_free_ char *there = all->elsewhere && r->other ? all->elsewhere(f, r->other) : NULL;
	_free_ char *why = published__row_differs(f, row, here ? here : there);

	if (why)
		piece__fact(h, "not comparable", "%s", why);
}

/* The published figure for comparison; it does not affect the verdict. If the table of published
 * figures could not be read, say so. */
static void put_published(struct html *h, const struct published *all,
			  const struct published_figure *f, const struct report *r,
			  const struct report_row *row)
{
	if (all && all->trouble)
		piece__fact(h, "published", "not known: %s", all->trouble);
	if (!all || !f)
		return;
	if (f->lo < f->hi)
		piece__fact(h, "published", "%+.4g to %+.4g %% (%s; %s)", f->lo, f->hi, f->how,
			    f->from);
	else
		piece__fact(h, "published", "%+.4g %% (%s; %s)", f->lo, f->how, f->from);
	put_differs(h, all, f, r, row);
}

/* The chart of all samples. Confidence limits and margin are drawn only if there was a test. */
static void put_strip(struct html *h, const struct report_row *row, const struct row_samples *smp,
		      const struct published_figure *theirs)
{
	_free_ char *title = xasprintf("Samples of %s/%s by boot, the baseline first",
				       row->workload, row->metric->name);
	struct strip s = { .title = title,
			   .unit = row->metric->unit,
			   .sides = (struct strip_side *)smp->sides,
			   .n_sides = smp->n_sides,
			   .lo = NAN,
			   .hi = NAN,
			   .margin_lo = NAN,
			   .margin_hi = NAN,
			   .published = NAN };

	if (theirs) /* the midpoint of the published change, applied to the baseline */
		s.published = row->j.a * (1 + (theirs->lo + theirs->hi) / 200);
	if (row->j.verdict != VERDICT_NONE) {
		s.lo = row->j.a + row->j.lo;
		s.hi = row->j.a + row->j.hi;
		set_margin(row, &s);
	}
	html__put(h, "<figure>");
	piece__region_begin(h, "Chart of samples");
	if (!svg__strip(h, &s))
		html__put(h, "<p>No boot of either side has a sample of this metric.</p>");
	html__put(h,
		  "</div><figcaption>Every sample, boot by boot (numbers: place in the schedule). "
		  "Thick lines: boot medians, the unit of the test. Dotted: what is compared "
		  "(geometric mean of the medians). Dashed: the baseline");
	if (!isnan(s.lo))
		html__put(h,
			  ", with the margin shaded around it. Coloured band over the candidate: "
			  "95 % limits of the difference");
	html__put(h,
		  ". Hollow: left out (warm-up, tainted, or of a boot that failed or repeats another).</figcaption></figure>\n");
}

/* What was tested, the outcome, and how many boots would decide an open question. */
static void put_test(struct html *h, const struct report_row *row)
{
	static const char *const widened[WIDENED_MAX] = {
		[WIDENED_RESOLUTION] = "by the resolution: the boots vary by less than a step",
		[WIDENED_PERMUTATION] = "values repeat: p is that of all ways to split the boots",
		[WIDENED_COUNT] = "values repeat: n events vary by at least the root of n",
	};
	const struct judgement *j = &row->j;
	_free_ char *p = words__p(j->p), *padj = words__p(j->padj), *mde = words__mde(j);
	_free_ char *margin = words__margin(row->metric), *seen = words__boots_seen(j);
	_free_ char *change = words__value(j, j->change, true);
	_free_ char *lo = words__value(j, j->lo, true), *hi = words__value(j, j->hi, true);

	if (isnan(j->change))
		piece__fact(h, "change", "not judged");
	else
		piece__fact(h, "change", "%s %s [%s, %s]", change, row->metric->unit, lo, hi);
	if (j->verdict == VERDICT_NONE)
		return;
	piece__fact(h, "p, adjusted p", "%s, %s", p, padj);
	piece__fact(h, "margin", "%s: a difference below it does not matter", margin);
	if (!isnan(j->mde_pct))
		piece__fact(h, "smallest change seen",
			    "%s would be found by 80 %% of such campaigns", mde);
	if (j->verdict == VERDICT_INCONCLUSIVE && j->boots_needed)
		piece__fact(h, "boots needed", "%u a side to see a change of the margin's size; %s",
			    j->boots_needed, seen);
	else if (j->verdict == VERDICT_INCONCLUSIVE)
		piece__fact(h, "boots needed", "more than %d a side; %s", STATS_MAX_BOOTS, seen);
	piece__fact(h, "tested as", "%s%s", j->linear ? "a difference" : "a ratio",
		    j->deterministic ? "; deterministic: the same value in every boot of a side" :
				       "");
	if (widened[j->widened])
		piece__fact(h, "interval widened", "%s", widened[j->widened]);
}

/* Variance components as standard deviations. Relative ones are of logarithms, which for small
 * values is close to a fraction of the value. */
static void put_spread(struct html *h, const struct report_row *row)
{
	const struct components *n = &row->diag->noise;
	const char *unit = n->linear ? row->metric->unit : "%";
	double of = n->linear ? 1 : 100;
	_free_ char *within = isnan(n->within) ? xstrdup("") :
						 xasprintf(", %.3g %s within a boot",
							   of * sqrt(n->within), unit);

	if (isnan(n->between)) /* NAN with a single boot */
		piece__fact(h, "spread", "not known between boots%s", within);
	else
		piece__fact(h, "spread", "%.3g %s between boots%s", of * sqrt(n->between), unit,
			    within);
}

/* Two measures of spread: that of equal kernels on this machine, from `kduel aa`, and that of the
 * boots compared here. */
static void put_noise(struct html *h, const struct report_row *row)
{
	const struct diag *d = row->diag;
	_free_ char *noise = words__noise(row);

	if (isfinite(row->noise))
		piece__fact(h, "A/A noise", "%s between boots of equal kernels on this machine",
			    noise);
	if (!d)
		return;
	put_spread(h, row);
	if (!isnan(d->lag1))
		piece__fact(h, "boot to boot", "autocorrelation %.2f", d->lag1);
	if (!isnan(d->p_permutation))
		piece__fact(h, "permutation test", "p %.3g", d->p_permutation);
}

/* What was used and what was left out, baseline + candidate. */
static void put_left(struct html *h, const struct report_row *row)
{
	const struct report_left *a = &row->left_a, *b = &row->left_b;

	piece__fact(h, "boots", "%zu of the baseline, %zu of the candidate", row->n_a, row->n_b);
	if (a->warmup + b->warmup)
		piece__fact(h, "warm-up", "%u + %u samples left out", a->warmup, b->warmup);
	if (a->tainted + b->tainted)
		piece__fact(h, "tainted",
			    "%u + %u samples left out, during which the kernel warned", a->tainted,
			    b->tainted);
	if (a->failed + b->failed)
		piece__fact(h, "failed boots", "%u + %u", a->failed, b->failed);
	if (*row->note)
		piece__fact(h, "note", "%s", row->note);
}

static void put_facts(struct html *h, const struct published *published, const struct report *r,
		      const struct report_block *b, const struct report_row *row,
		      const struct published_figure *theirs)
{
	_free_ char *apart = words__ranges(row);

	html__put(h, "<dl class=\"facts\">\n<dt>basis</dt><dd>");
	html__fmt(h, "%s: %s</dd>\n", metric__basis_name(row->basis), basis__meaning(row->basis));
	put_published(h, published, theirs, r, row);
	put_test(h, row);
	if (apart)
		piece__fact(h, "ranges of boots", "%s", apart);
	/* The simple effects of a 2x2: each factor with and without the other. */
	for (int e = 0; row->simple && e < FACTORIAL_EFFECTS; e++) {
		_free_ char *pct = words__change(&row->simple[e]), *ci = words__ci(&row->simple[e]);

		piece__fact(h, b->effects[e], "%s %s", pct, ci);
	}
	put_noise(h, row);
	put_left(h, row);
	html__put(h, "</dl>\n");
}

/* The range of the counted samples as text. */
static char *range_of(const struct strip_boot *b)
{
	double lo = NAN, hi = NAN;

	for (size_t i = 0; i < b->n; i++)
		if (!b->left_out[i])
			stats__widen(&lo, &hi, b->v[i]);
	return isnan(lo) ? xstrdup("-") : xasprintf("%.6g to %.6g", lo, hi);
}

/* The chart's boots as a table, for users who cannot see the chart. */
static void put_boots(struct html *h, const struct page_request *req, const struct row_samples *s,
		      const char *unit)
{
	_free_ char *median = xasprintf("#Median, %s", unit);

	html__put(h, "<details><summary>Boot by boot, as a table</summary>");
	piece__table_begin(h, "Boots", STRINGS("Boot", "Variant", median, "#Range", "#Samples"));
	for (size_t i = 0; i < s->n_sides; i++)
		for (size_t k = 0; k < s->sides[i].n; k++) {
			const struct strip_boot *b = &s->sides[i].boots[k];
			_free_ char *range = range_of(b), *n = xasprintf("%u", b->slot + 1);

			html__put(h, "<tr><th scope=\"row\">");
			piece__link(h,
				    link__to(req, "campaign", s->variants[i]->campaign->uuid,
					     "boot", n, NULL),
				    n);
			html__fmt(h,
				  "</th><td>%s</td><td class=\"n\">%.6g</td><td class=\"n\">%s"
				  "</td><td class=\"n\">%zu</td></tr>\n",
				  s->variants[i]->label, b->median, range, b->n);
		}
	piece__table_end(h);
	html__put(h, "</details>\n");
}

/* Commands that reproduce the figure: from the database, and with new boots of the same plan, seed
 * and package versions. */
static void put_recipe(struct html *h, const struct report *r, const struct report_block *b,
		       const struct report_row *row)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];
	const struct campaign *c = r->campaign;

	html__fmt(h,
		  "<details><summary>How to reproduce these figures</summary>\n<pre>"
		  "kduel compare %.8s:%s %.8s:%s --metric %s/%s\n"
		  "kduel show %.8s --plan &gt;plan.yaml\n",
		  cand->campaign->uuid, cand->v->name, base->campaign->uuid, base->v->name,
		  row->workload, row->metric->name, c->uuid);
	if (*c->lock_text)
		html__fmt(h, "kduel show %.8s --lock &gt;plan.lock\n", c->uuid);
	html__fmt(h, "kduel run plan.yaml%s   # seed: %llu, kduel %s</pre></details>\n",
		  *c->lock_text ? " --locked plan.lock" : "", (unsigned long long)c->seed,
		  c->version);
}

int row__put(struct store *st, struct html *h, const struct page_request *req,
	     const struct report *r, size_t block, const struct report_row *row, bool alone,
	     struct err *err)
{
	const struct report_block *b = &r->blocks[block];
	const struct published_figure *theirs = published__find(req->published, row, r->campaign);
	_cleanup_(row_samples__release) struct row_samples s = { 0 };
	int ret = row_samples__load(st, r, b, row, &s, err);

	if (!ret) {
		html__put(h, "<article class=\"row\">\n");
		put_sentence(h, r, b, row);
		if (alone)
			ret = context__put(st, h, req, r, b, row, err);
		put_strip(h, row, &s, theirs);
		put_facts(h, req->published, r, b, row, theirs);
		if (!ret)
			ret = functions__put(st, h, r, b, row, err);
		put_boots(h, req, &s, row->metric->unit);
		put_recipe(h, r, b, row);
		if (!ret && !alone)
			ret = context__links(st, h, req, r, b, row, err);
		html__put(h, "</article>\n");
	}
	return ret;
}

/* A row as a separate page; takes ownership of `back`, the URL of its table. */
static int put_row_page(struct store *st, const struct page_request *req, const struct report *r,
			size_t block, const char *key, char *back, FILE *out, struct err *err)
{
	const struct report_row *row = find__row(&r->blocks[block], key, err);
	_free_ char *up = back, *title = NULL;
	_cleanup_(html__release) struct html h = { 0 };
	int ret;

	if (!row)
		return -ENOENT;
	title = xasprintf("%s/%s", row->workload, row->metric->name);
	frame__begin(&h, req,
		     FRAME(.title = title, .here = "Compare",
			   .kicker = "One metric of a comparison", .about = row->metric->help));
	html__fmt(&h, "<p><a href=\"%s\">\xe2\x86\x90 The whole table</a></p>\n", up);
	ret = row__put(st, &h, req, r, block, row, true, err);
	if (!ret)
		frame__end(&h, req, out);
	return ret;
}

/* /campaign/ID/row/TABLE/METRIC */
int page_row(struct store *st, const struct page_request *req, FILE *out,
	     struct page_reply *reply __unused, struct err *err)
{
	_cleanup_(cached_report__putp) const struct cached_report *k = NULL;
	size_t block;
	int ret = find__block(st, req, &k, &block, err);

	if (!ret)
		ret = put_row_page(st, req, k->r, block, req->args.v[2],
				   link__to(req, "campaign", k->c->uuid, NULL), out, err);
	return ret;
}

/* /compare/CANDIDATE/BASELINE/METRIC */
int page_compare_row(struct store *st, const struct page_request *req, FILE *out,
		     struct page_reply *reply __unused, struct err *err)
{
	_cleanup_(cached_report__putp) const struct cached_report *k = NULL;
	int ret = page__report(st, req, req->args.v[0], req->args.v[1], &k, err);

	if (!ret)
		ret = put_row_page(st, req, k->r, 0, req->args.v[2],
				   link__to(req, "compare", req->args.v[0], req->args.v[1], NULL),
				   out, err);
	return ret;
}
