// SPDX-License-Identifier: GPL-2.0-only
/* points.c - the state of the linear map over the operations of a churning workload, with all
 * variants in one chart. */
#include "reports/charts/bars.h"
#include "reports/report/curves.h"
#include "reports/web/frame.h"

#include <math.h>

#define MIB ((double)(1 << 20))

/* A chart over operations, while its points are collected. */
struct chart {
	struct cloud cloud;
	struct cloud_point *points;
	struct strvec labels;
};

static void add_point(struct chart *c, size_t series, uint64_t operations, double y, char *label)
{
	*APPEND(c->points, c->cloud.n) = (struct cloud_point){
		.x = (double)operations, .y = y, .lo = NAN, .hi = NAN, .series = series
	};
	strvec__push(&c->labels, label);
	free(label);
}

/* Write and release the chart; nothing if it has no points. */
static void put_chart(struct html *h, struct chart *c, const char *title, const char *y_unit,
		      const char *caption)
{
	for (size_t i = 0; i < c->cloud.n; i++)
		c->points[i].label = c->labels.v[i];
	c->cloud.points = c->points;
	c->cloud.title = title;
	c->cloud.x_unit = "operations";
	c->cloud.y_unit = y_unit;
	c->cloud.slope = NAN;
	if (c->cloud.n) {
		html__put(h, "<figure>");
		piece__region_begin(h, title);
		svg__cloud(h, &c->cloud);
		html__fmt(h, "</div><figcaption>%s</figcaption></figure>\n", caption);
	}
	free(c->points);
	strvec__release(&c->labels);
}

/* The part of the linear map that is in pages of the smallest size. */
static void chart_pages(struct html *h, const struct campaign *c, const struct curve *v, size_t n)
{
	_free_ char *title = xasprintf("Linear map in its smallest pages, %s", v->part);
	struct chart chart = { 0 };

	for (size_t i = 0; i < n; i++) {
		const enum point_value pages = curve__pages(&v[i]);

		for (size_t k = 0; pages != POINT_VALUES && k < v[i].n; k++) {
			const struct curve_point *p = &v[i].v[k];

			if (isnan(p->v[pages]))
				continue;
			add_point(&chart, i, p->operations, p->v[pages] / MIB,
				  xasprintf("%s, %llu operations: %.4g MiB",
					    c->variants[v[i].variant].name,
					    (unsigned long long)p->operations, p->v[pages] / MIB));
		}
	}
	put_chart(h, &chart, title, "MiB",
		  "On arm64 blocks that were split are never joined again: the curve shows whether "
		  "splitting goes on or levels off.");
}

/* The cost of an operation between consecutive points: in instructions if counted, else in time. */
static void chart_cost(struct html *h, const struct campaign *c, const struct curve *v, size_t n,
		       enum point_value value, const char *unit)
{
	_free_ char *title = xasprintf("Cost of an operation, %s", v->part);
	struct chart chart = { 0 };

	for (size_t i = 0; i < n; i++)
		for (size_t k = 1; k < v[i].n; k++) {
			const struct curve_point *p = &v[i].v[k], *before = p - 1;
			const double cost = (p->v[value] - before->v[value]) /
					    (double)(p->operations - before->operations);

			if (!isnan(cost))
				add_point(&chart, i, p->operations, cost,
					  xasprintf("%s, up to %llu operations: %.6g %s",
						    c->variants[v[i].variant].name,
						    (unsigned long long)p->operations, cost, unit));
		}
	put_chart(h, &chart, title, unit, "Of the operations since the previous point.");
}

static bool knows(const struct curve *v, size_t n, enum point_value value)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < v[i].n; k++)
			if (!isnan(v[i].v[k].v[value]))
				return true;
	return false;
}

/* All values of a part. */
static void put_table(struct html *h, const struct campaign *c, const struct curve *v, size_t n)
{
	_cleanup_(strvec__release) struct strvec heads = { 0 };

	strvec__push_all(&heads, "Variant", "#Operations", NULL);
	for (enum point_value k = 0; k < POINT_VALUES; k++)
		if (knows(v, n, k))
			strvec__pushf(&heads, "#%s", point__name(k));
	piece__table_begin(h, v->part, (const char *const *)heads.v);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < v[i].n; j++) {
			const struct curve_point *p = &v[i].v[j];

			html__fmt(h, "<tr><th scope=\"row\">%s</th><td class=\"n\">%llu</td>",
				  c->variants[v[i].variant].name,
				  (unsigned long long)p->operations);
			for (enum point_value k = 0; k < POINT_VALUES; k++) {
				if (!knows(v, n, k))
					continue;
				if (isnan(p->v[k]))
					html__put(h, "<td class=\"n\">\xe2\x80\x93</td>");
				else
					html__fmt(h, "<td class=\"n\">%.0f</td>", p->v[k]);
			}
			html__put(h, "</tr>\n");
		}
	piece__table_end(h);
}

/* Marks are numbered as in the charts. */
static void put_legend(struct html *h, const struct campaign *c, const struct curve *v, size_t n)
{
	_free_ const char **names = xcalloc(n + 1, sizeof(*names));

	for (size_t i = 0; i < n; i++)
		names[i] = c->variants[v[i].variant].name;
	svg__legend(h, names, n);
}

static void put_part(struct html *h, const struct campaign *c, const struct curve *v, size_t n)
{
	const bool counted = knows(v, n, POINT_INSNS);

	html__fmt(h, "<h2>%s: %s</h2>\n", v->workload, v->part);
	put_legend(h, c, v, n);
	chart_pages(h, c, v, n);
	chart_cost(h, c, v, n, counted ? POINT_INSNS : POINT_NS, counted ? "instructions" : "ns");
	put_table(h, c, v, n);
}

/* /campaign/ID/points */
int page_points(struct store *st, const struct page_request *req, FILE *out,
		struct page_reply *reply __unused, struct err *err)
{
	_cleanup_(curves__release) struct curves l = { 0 };
	struct html h = { 0 };
	const struct campaign *c;
	int ret = curves__load(st, req->args.v[0], &l, err);

	if (ret)
		return ret;
	c = l.campaign;
	frame__begin(&h, req,
		     FRAME(.title = "Over operations", .kicker = c->name, .here = "Overview"));
	html__put(&h, "<p>");
	piece__link(&h, link__to(req, "campaign", c->uuid, NULL), "\xe2\x86\x90 Campaign");
	html__put(&h, "</p>\n");
	if (!l.n)
		html__put(&h,
			  "<p class=\"lead\">No workload of this campaign records points while it "
			  "runs, as <code>churn</code> does.</p>\n");
	for (size_t i = 0, n; i < l.n; i += n) {
		for (n = 1; i + n < l.n && curve__is_same_part(&l.v[i], &l.v[i + n]);)
			n++;
		put_part(&h, c, &l.v[i], n);
	}
	frame__end(&h, req, out);
	return 0;
}
