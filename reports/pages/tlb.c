// SPDX-License-Identifier: GPL-2.0-only
/* tlb.c - page-table walks per 1000 instructions by region, and the interaction of a 2x2 beside its
 * simple effects. */
#include "reports/pages/table.h"
#include "reports/charts/bars.h"
#include "reports/report/values.h"
#include "reports/web/cache.h"

#include <math.h>

/* Metrics of collectors/tlbmodel.c, kernel regions first; MPKI means walks per 1000 kernel
 * instructions. */
static const struct {
	const char *metric, *label;
} regions[] = {
	{ "linear.walk_mpki", "linear map" }, { "vmalloc.walk_mpki", "vmalloc" },
	{ "modules.walk_mpki", "modules" },   { "image.walk_mpki", "kernel image" },
	{ "vmemmap.walk_mpki", "vmemmap" },   { "other.walk_mpki", "other" },
	{ "user.walk_mpki", "user memory" },
};

#define REGIONS ARRAY_SIZE(regions)

/* Selects the metrics of the table above, not totals or those of other cores. */
static bool is_tlb(const struct series *s)
{
	for (size_t i = 0; i < REGIONS; i++)
		if (streq(s->metric.name, regions[i].metric))
			return true;
	return false;
}

/* The chart of one workload. Variants beyond the number of colours are not drawn. */
static void put_chart(struct html *h, const struct campaign *c, const struct variant_values *v,
		      const struct series *s)
{
	size_t n = c->n_variants < SVG_SERIES ? c->n_variants : SVG_SERIES;
	_free_ char *title = xasprintf("Walks by region, %s", s->workload);
	_free_ char *label = xasprintf("Chart of walks, %s", s->workload);
	/* The arrays behind struct bars: one row per region, one column per variant. */
	double value[REGIONS][SVG_SERIES], lo[REGIONS][SVG_SERIES], hi[REGIONS][SVG_SERIES];
	const char *names[SVG_SERIES];
	struct bars_row rows[REGIONS];
	const struct bars b = { .title = title,
				.unit = "walks per 1000 kernel instructions",
				.series = names,
				.n_series = n,
				.rows = rows,
				.n_rows = REGIONS };

	for (size_t i = 0; i < n; i++)
		names[i] = c->variants[i].name;
	for (size_t i = 0; i < REGIONS; i++) {
		for (size_t k = 0; k < n; k++) {
			const struct variant_value *found = variant_values__find(v, k, s->workload,
										 s->source,
										 regions[i].metric);

			value[i][k] = found ? found->median : NAN;
			lo[i][k] = found ? found->lo : NAN;
			hi[i][k] = found ? found->hi : NAN;
		}
		rows[i] = (struct bars_row){ regions[i].label, value[i], lo[i], hi[i] };
	}
	html__fmt(h, "<h2>%s <small>%s</small></h2>\n<figure>", s->workload,
		  metric__basis_name(s->basis));
	piece__region_begin(h, label);
	svg__bars(h, &b);
	/* svg__bars() gives series i the class "s<i>". */
	html__put(h, "</div><ul class=\"legend\">");
	for (size_t i = 0; i < n; i++)
		html__fmt(h,
			  "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><path class=\"bar s%zu\" "
			  "d=\"M0 1h12v10h-12z\"/></svg>%s</li>",
			  i, names[i]);
	html__put(h,
		  "</ul>\n<figcaption>Kernel-mode walks of data accesses by the region they went to. Bars: "
		  "medians over boots; lines: smallest to largest boot.</figcaption></figure>\n");
}

/* One chart per workload and source with values. The list is sorted by variant first, so most
 * entries have already been drawn. */
static void put_charts(struct html *h, const struct campaign *c, const struct variant_values *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct series *s = v->v[i].series;
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen |= streq(v->v[k].series->workload, s->workload) &&
				streq(v->v[k].series->source, s->source);
		if (!seen)
			put_chart(h, c, v, s);
	}
	if (!v->n)
		html__put(h,
			  "<p class=\"lead\">No boot of this campaign has TLB figures: the TLB model "
			  "runs in exact mode (<code>exact: true</code>).</p>\n");
}

/* The rows about walks from the campaign's tables. */
static int put_tables(struct store *st, struct html *h, const struct page_request *req,
		      const struct report *r, struct err *err)
{
	_cleanup_(report_filter__release) struct report_filter f = { .sort = SORT_SEVERITY,
								     .primary = true };
	_cleanup_(report_view__release) struct report_view v = { 0 };
	int ret;

	strvec__push(&f.metrics, "*.walk*_mpki"); /* regions have charts */
	ret = report_view__make(r, &f, &v, NULL);
	if (ret)
		return 0; /* there are none */
	for (size_t i = 0; !ret && i < r->n_blocks; i++) {
		const struct block_place at = { .campaign = r->campaign->uuid,
						.n = i + 1,
						.fixed = true };
		const struct report_block *b = &r->blocks[i];

		html__fmt(h, "<h2>%s against %s</h2>\n", r->variants[b->candidate].label,
			  report_block__against(r, b));
		if (b->factorial)
			html__fmt(h,
				  "<p>The change is net of the effects of each factor alone, which are next to it: %s and "
				  "%s.</p>\n",
				  b->effects[EFFECT_FIRST_WITHOUT],
				  b->effects[EFFECT_SECOND_WITHOUT]);
		ret = table__put(st, h, req, &v, i, &at, err);
	}
	return ret;
}

/* Verdicts first, then the regions that explain them. `r` is NULL if the plan compares nothing. */
static int put_page(struct store *st, struct html *h, const struct page_request *req,
		    const struct campaign *c, const struct report *r, struct err *err)
{
	_cleanup_(variant_values__release) struct variant_values v = { 0 };
	int ret = variant_values__load(st, c, is_tlb, &v, err);

	if (!ret) {
		frame__begin(
			h, req,
			FRAME(.title = "TLB", .kicker = c->name, .here = "Overview",
			      .about =
				      "Kernel TLB walks per 1000 kernel "
				      "instructions; the model and its limits are described in docs/TLB.md."));
		html__put(h, "<p>");
		piece__link(h, link__to(req, "campaign", c->uuid, NULL), "\xe2\x86\x90 Campaign");
		html__put(h, "</p>\n");
		if (r && v.n)
			ret = put_tables(st, h, req, r, err);
		put_charts(h, c, &v);
	}
	return ret;
}

/* /campaign/ID/tlb */
int page_tlb(struct store *st, const struct page_request *req, FILE *out,
	     struct page_reply *reply __unused, struct err *err)
{
	_cleanup_(cached_report__putp) const struct cached_report *k = NULL;
	_cleanup_(html__release) struct html h = { 0 };
	int ret = page__report(st, req, req->args.v[0], NULL, &k, err);

	if (!ret)
		ret = put_page(st, &h, req, k->c, k->r, err);
	if (!ret)
		frame__end(&h, req, out);
	return ret;
}
