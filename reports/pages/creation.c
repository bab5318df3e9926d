// SPDX-License-Identifier: GPL-2.0-only
/* creation.c - charts of the instructions needed to fill the linear map: over guest RAM, one line
 * per kernel, and by release. */
#include "reports/charts/bars.h"
#include "reports/report/creation.h"
#include "reports/web/frame.h"

#include <math.h>

#define GIB ((double)(1 << 30))
#define MILLION 1e6

/* One line per kernel; guests of unknown size are left out. */
static void chart_memory(struct html *h, const struct creation *c)
{
	_free_ struct cloud_point *points = xcalloc(c->n + 1, sizeof(*points));
	_free_ const char **names = xcalloc(c->n_lines + 1, sizeof(*names));
	_cleanup_(strvec__release) struct strvec labels = { 0 };
	struct cloud cloud = {
		.title = "Instructions that create the linear map, over guest RAM",
		.x_unit = "guest RAM, GiB",
		.y_unit = "instructions",
		.points = points,
		.slope = NAN,
		.joined = true,
	};

	for (size_t i = 0; i < c->n; i++) {
		const struct creation_point *p = &c->v[i];

		names[p->series] = p->line;
		if (!(p->ram > 0))
			continue;
		strvec__pushf(&labels, "%s, %.4g GiB: %.0f instructions", p->line, p->ram / GIB,
			      p->instructions);
		points[cloud.n++] = (struct cloud_point){ .x = p->ram / GIB,
							  .y = p->instructions,
							  .lo = p->lo,
							  .hi = p->hi,
							  .series = p->series };
	}
	for (size_t i = 0; i < cloud.n; i++)
		points[i].label = labels.v[i];
	if (!cloud.n)
		return;
	html__put(h, "<h2>Over guest RAM</h2>\n");
	svg__legend(h, names, c->n_lines);
	html__put(h, "<figure>");
	piece__region_begin(h, "Chart over guest RAM");
	svg__cloud(h, &cloud);
	html__put(h,
		  "</div><figcaption>Medians of the boots. By pages there is a table to fill for each "
		  "2 MiB, so the cost grows with memory; by blocks it hardly does.</figcaption>"
		  "</figure>\n");
}

/* One bar per kernel, for kernels with the same RAM, oldest release first. */
static void chart_releases(struct html *h, const struct creation *c)
{
	static const char *const series[] = { "creation" };
	_free_ struct bars_row *rows = xcalloc(c->n + 1, sizeof(*rows));
	_free_ double *millions = xcalloc(c->n + 1, sizeof(*millions));
	_free_ char *title =
		xasprintf("Instructions that create the linear map of %.4g GiB, by release",
			  c->ram / GIB);
	_cleanup_(strvec__release) struct strvec labels = { 0 };
	struct bars bars = { .title = title,
			     .unit = "million instructions",
			     .series = series,
			     .n_series = 1,
			     .rows = rows };

	if (!(c->ram > 0))
		return;
	for (size_t i = 0; i < c->n; i++) {
		const struct creation_point *p = &c->v[i];
		_free_ char *number = release__number(p->release);

		if (p->ram != c->ram || !*p->release)
			continue;
		strvec__pushf(&labels, "%s (%s)", number, p->line);
		millions[bars.n_rows] = p->instructions / MILLION;
		rows[bars.n_rows].v = &millions[bars.n_rows];
		bars.n_rows++;
	}
	for (size_t i = 0; i < bars.n_rows; i++)
		rows[i].label = labels.v[i];
	html__put(h, "<h2>By release</h2>\n<figure>");
	piece__region_begin(h, "Chart by release");
	svg__bars(h, &bars);
	html__fmt(h,
		  "</div><figcaption>Kernels with %.4g GiB, oldest first. Instructions, not time: "
		  "barriers and TLB invalidation cost more than an instruction each.</figcaption>"
		  "</figure>\n",
		  c->ram / GIB);
}

static void put_table(struct html *h, const struct creation *c)
{
	piece__table_begin(h, "Creation of the linear map",
			   STRINGS("Variant", "Release", "CPU", "#Guest RAM, GiB", "#Instructions",
				   "#Each 4 KiB", "#Lowest", "#Highest", "#Boots", "Basis"));
	for (size_t i = 0; i < c->n; i++) {
		const struct creation_point *p = &c->v[i];
		const double ram = p->ram > 0 ? p->ram : NAN;

		html__fmt(h,
			  "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td class=\"n\">%.4g</td>"
			  "<td class=\"n\">%.0f</td><td class=\"n\">%.2f</td><td class=\"n\">%.0f</td>"
			  "<td class=\"n\">%.0f</td><td class=\"n\">%zu</td><td>",
			  p->variant, p->release, p->cpu, ram / GIB, p->instructions,
			  p->instructions / (ram / 4096), p->lo, p->hi, p->n);
		piece__basis(h, p->basis);
		html__put(h, "</td></tr>\n");
	}
	piece__table_end(h);
}

/* /campaign/ID/creation */
int page_creation(struct store *st, const struct page_request *req, FILE *out,
		  struct page_reply *reply __unused, struct err *err)
{
	_cleanup_(creation__release) struct creation c = { 0 };
	struct html h = { 0 };
	int ret = creation__load(st, req->args.v[0], &c, err);

	if (ret)
		return ret;
	frame__begin(&h, req,
		     FRAME(.title = "Creation of the linear map", .kicker = c.campaign->name,
			   .here = "Overview",
			   .about = "What a kernel executes to map all memory when it boots: "
				    "boot/kernel.map_instructions."));
	html__put(&h, "<p class=\"parts\">");
	piece__link(&h, link__to(req, "campaign", c.campaign->uuid, NULL), "\xe2\x86\x90 Campaign");
	html__put(&h, "</p>\n");
	if (c.n) {
		chart_memory(&h, &c);
		chart_releases(&h, &c);
		put_table(&h, &c);
	} else {
		html__put(&h,
			  "<p class=\"lead\">No variant of this campaign has counted it: workload "
			  "<code>boot</code> in exact mode does, on arm64.</p>\n");
	}
	frame__end(&h, req, out);
	return 0;
}
