// SPDX-License-Identifier: GPL-2.0-only
/* layout.c - how each variant maps its memory: bytes by leaf size, after boot and after each
 * workload. */
#include "reports/web/frame.h"
#include "reports/charts/bars.h"
#include "reports/report/values.h"

#include <math.h>

#define PREFIX "linear_map.bytes_"

/* The leaf sizes of the 4K, 16K and 64K granules, including contiguous runs, with the suffixes of
 * the metrics in collectors/ptdump.c and collectors/tlbmodel.c. */
static const struct {
	const char *ending, *label;
} leaves[STACK_PARTS] = {
	{ "4k", "4K" },	  { "16k", "16K" },   { "64k", "64K" }, { "2m", "2M" },
	{ "32m", "32M" }, { "512m", "512M" }, { "1g", "1G" },	{ "16g", "16G" },
};

static bool is_layout(const struct series *s)
{
	return str_starts(s->metric.name, PREFIX);
}

/* One bar: one variant at one point in time, as seen by one source. */
struct layout_bar {
	const struct variant_value *first;
	char *label; /* owned */
	struct stack_bar bar;
};

/* Values are sorted by variant, workload and source, so the sizes of a bar are adjacent. */
static bool same_bar(const struct variant_value *a, const struct variant_value *b)
{
	return a->variant == b->variant && streq(a->series->workload, b->series->workload) &&
	       streq(a->series->source, b->series->source);
}

static bool is_boot(const struct layout_bar *b)
{
	return streq(b->first->series->workload, "boot");
}

/* Variants in the order of the plan; for each, the state after boot, before any workload, then the
 * workloads in the order in which they were stored. */
static int compare_bar(const void *a, const void *b)
{
	const struct layout_bar *x = a, *y = b;

	if (x->first->variant != y->first->variant)
		return x->first->variant < y->first->variant ? -1 : 1;
	if (is_boot(x) != is_boot(y))
		return is_boot(x) ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

/* One bar per variant, workload and source in *out, which the caller frees with its labels. Labels
 * are set last, since growing and sorting move the bars. */
static size_t collect(const struct campaign *c, const struct variant_values *v,
		      struct layout_bar **out)
{
	size_t n = 0;

	*out = NULL;
	for (size_t i = 0; i < v->n; i++) {
		const struct series *s = v->v[i].series;
		struct layout_bar *b;

		if (!n || !same_bar((*out)[n - 1].first, &v->v[i])) {
			*APPEND(*out, n) = (struct layout_bar){
				.first = &v->v[i],
				.label = xasprintf("%s, after %s",
						   c->variants[v->v[i].variant].name, s->workload),
			};
		}
		b = &(*out)[n - 1];
		for (size_t k = 0; k < STACK_PARTS; k++)
			if (streq(s->metric.name + strlen(PREFIX), leaves[k].ending))
				b->bar.part[k] = isnan(v->v[i].median) ? 0 : v->v[i].median;
	}
	if (n)
		qsort(*out, n, sizeof(**out), compare_bar);
	for (size_t i = 0; i < n; i++)
		(*out)[i].bar.label = (*out)[i].label;
	return n;
}

/* The charts' values in MiB. */
static void put_table(struct html *h, const struct layout_bar *bars, size_t n)
{
	_cleanup_(strvec__release) struct strvec heads = { 0 };

	strvec__push_all(&heads, "Variant", "Source", NULL);
	for (size_t k = 0; k < STACK_PARTS; k++)
		strvec__pushf(&heads, "#%s, MiB", leaves[k].label);
	strvec__push_all(&heads, "#Boots", "Basis", NULL);
	piece__table_begin(h, "Bytes", (const char *const *)heads.v);
	for (size_t i = 0; i < n; i++) {
		html__fmt(h, "<tr><th scope=\"row\">%s</th><td>%s</td>", bars[i].label,
			  bars[i].first->series->source);
		for (size_t k = 0; k < STACK_PARTS; k++)
			html__fmt(h, "<td class=\"n\">%.8g</td>", bars[i].bar.part[k] / (1 << 20));
		html__fmt(h, "<td class=\"n\">%zu</td><td>", bars[i].first->n);
		piece__basis(h, bars[i].first->series->basis);
		html__put(h, "</td></tr>\n");
	}
	piece__table_end(h);
}

/* The chart of one source: ptdump and the TLB model read the page tables in different ways and need
 * not agree. */
static void put_source(struct html *h, const struct layout_bar *bars, size_t n, const char *source)
{
	_free_ char *title = xasprintf("Linear map by leaf size, from %s", source);
	_free_ struct stack_bar *some = xcalloc(n + 1, sizeof(*some));
	struct stack s = { .title = title, .unit = "B", .n_parts = STACK_PARTS, .bars = some };
	const struct layout_bar *above = NULL;

	for (size_t k = 0; k < STACK_PARTS; k++)
		s.parts[k] = leaves[k].label;
	for (size_t i = 0; i < n; i++) {
		if (!streq(bars[i].first->series->source, source))
			continue;
		some[s.n_bars] = bars[i].bar;
		some[s.n_bars++].apart = above && above->first->variant != bars[i].first->variant;
		above = &bars[i];
	}
	if (!s.n_bars)
		return;
	html__fmt(h, "<h2>Seen by %s</h2>\n<figure>", source);
	piece__region_begin(h, "Chart of leaf sizes");
	svg__stack(h, &s);
	html__put(h, "</div><ul class=\"legend\">");
	for (size_t k = 0; k < STACK_PARTS; k++)
		html__fmt(h,
			  "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><path class=\"part p%zu\" "
			  "d=\"M0 0h12v12h-12z\"/></svg>%s</li>",
			  k, leaves[k].label);
	html__put(h,
		  "</ul><figcaption>Shares of the kernel's linear map by the size of what maps it; "
		  "64K is a run of pages, 32M a run of blocks (4K granule). Medians over boots."
		  "</figcaption></figure>\n");
}

static void put_page(struct html *h, const struct campaign *c, const struct variant_values *v)
{
	_free_ struct layout_bar *bars = NULL;
	size_t n = collect(c, v, &bars);

	if (!n)
		html__put(h,
			  "<p class=\"lead\">No boot of this campaign looked at its page tables: the "
			  "collectors <code>ptdump</code> and, in exact mode, <code>tlbmodel</code> "
			  "do.</p>\n");
	for (size_t i = 0; i < n; i++) {
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen |= streq(bars[k].first->series->source, bars[i].first->series->source);
		if (!seen)
			put_source(h, bars, n, bars[i].first->series->source);
	}
	if (n)
		put_table(h, bars, n);
	for (size_t i = 0; i < n; i++)
		free(bars[i].label);
}

/* /campaign/ID/layout */
int page_layout(struct store *st, const struct page_request *req, FILE *out,
		struct page_reply *reply __unused, struct err *err)
{
	_cleanup_(variant_values__release) struct variant_values v = { 0 };
	struct html h = { 0 };
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	int ret = store__load(st, req->args.v[0], &c, err);

	if (ret)
		return ret;
	ret = variant_values__load(st, c, is_layout, &v, err);
	if (!ret) {
		frame__begin(&h, req,
			     FRAME(.title = "Linear map", .kicker = c->name, .here = "Overview"));
		html__put(&h, "<p>");
		piece__link(&h, link__to(req, "campaign", c->uuid, NULL), "\xe2\x86\x90 Campaign");
		html__put(&h, "</p>\n");
		put_page(&h, c, &v);
		frame__end(&h, req, out);
	}
	return ret;
}
