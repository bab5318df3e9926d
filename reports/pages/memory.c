// SPDX-License-Identifier: GPL-2.0-only
/* memory.c - memory after boot over guest RAM: a block mapping saves one page-table page per 2 MiB,
 * which is RAM / 512. */
#include "reports/history/memory.h"
#include "reports/web/frame.h"
#include "reports/charts/bars.h"

#define GIB ((double)(1 << 30))
#define KB 1024.0

/* One point per comparison of two variants. The line through 0 is the cost of page tables with 4
 * KiB pages: 8 bytes per 4 KiB, or RAM / 512. */
static void put_chart(struct html *h, const struct memory_points *pg)
{
	_free_ struct cloud_point *points = xcalloc(pg->n + 1, sizeof(*points));
	const struct cloud cloud = {
		.title = "Difference of MemTotal against guest RAM",
		.x_unit = "guest RAM, GiB",
		.y_unit = "kB",
		.points = points,
		.n = pg->n,
		.slope_label = "RAM / 512",
		.slope = GIB / 512 / KB,
	};
	_cleanup_(strvec__release) struct strvec labels = { 0 };

	for (size_t i = 0; i < pg->n; i++) {
		const struct memory_point *p = &pg->v[i];

		strvec__pushf(&labels, "%s: %s against %s", p->name, p->candidate, p->baseline);
		points[i] = (struct cloud_point){ .x = p->ram / GIB,
						  .y = p->d,
						  .lo = p->lo,
						  .hi = p->hi,
						  .series = p->d < 0,
						  .label = labels.v[i] };
	}
	html__put(h, "<figure>");
	piece__region_begin(h, "Chart of memory");
	svg__cloud(h, &cloud);
	html__put(h,
		  "</div><figcaption>Each point: candidate minus baseline of one comparison with 95 % "
		  "limits (discs: more memory, diamonds: less). The dashed line is RAM / 512: one "
		  "4 KiB page of page tables for each 2 MiB that are mapped in pages instead of "
		  "blocks.</figcaption></figure>\n");
}

/* The chart's values, with links to their campaigns. */
static void put_table(struct html *h, const struct page_request *req,
		      const struct memory_points *pg)
{
	piece__table_begin(h, "Memory",
			   STRINGS("Comparison", "#Guest RAM, GiB", "#MemTotal, kB", "#95 % CI",
				   "#RAM / 512, kB", "#of it, %", "#Boots", "Basis"));
	for (size_t i = 0; i < pg->n; i++) {
		const struct memory_point *p = &pg->v[i];

		_free_ char *url = link__to(req, "campaign", p->campaign, NULL);

		html__fmt(h,
			  "<tr><th scope=\"row\"><a href=\"%s\">%s: %s against %s</a> "
			  "<span class=\"soft\">%.8s</span></th>"
			  "<td class=\"n\">%.4g</td>"
			  "<td class=\"n\">%+.0f</td><td class=\"n\">[%+.0f, %+.0f]</td>"
			  "<td class=\"n\">%.0f</td><td class=\"n\">%.2f</td>"
			  "<td class=\"n\">%zu + %zu</td><td>",
			  url, p->name, p->candidate, p->baseline, p->campaign, p->ram / GIB, p->d,
			  p->lo, p->hi, memory_point__spared(p), memory_point__share(p), p->n_a,
			  p->n_b);
		piece__basis(h, p->basis);
		html__put(h, "</td></tr>\n");
	}
	piece__table_end(h);
}

/* /memory and /campaign/ID/memory, where a sweep over sizes forms a line. */
int page_memory(struct store *st, const struct page_request *req, FILE *out,
		struct page_reply *reply __unused, struct err *err)
{
	_cleanup_(memory_points__release) struct memory_points pg = { 0 };
	struct html h = { 0 };
	const char *campaign = req->args.n ? req->args.v[0] : NULL;
	int ret = memory_points__load(st, campaign, &pg, err);

	if (!ret) {
		frame__begin(
			&h, req,
			FRAME(.title = "Memory after boot", .here = "Memory",
			      .about =
				      "How much of guest RAM a candidate leaves, compared with its baseline."));
		if (pg.n) {
			put_chart(&h, &pg);
			put_table(&h, req, &pg);
		} else {
			html__put(&h,
				  "<p class=\"lead\">No campaign has MemTotal of two variants in guests "
				  "of known size.</p>\n");
		}
		frame__end(&h, req, out);
	}
	return ret;
}
