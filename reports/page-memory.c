// SPDX-License-Identifier: GPL-2.0-only
/* page-memory.c - memory after boot against guest RAM: blocks spare one page-table page per 2 MiB,
 * that is RAM/512. */
#include "lib/units.h"
#include "reports/page-frame.h"
#include "reports/stats.h"
#include "reports/svg.h"
#include "reports/summary.h"
#include "reports/store-read.h"

#include <math.h>

#define CAMPAIGNS_MAX 200
#define KB 1024.0

struct memory_point {
	char *label, *url; /* owned */
	double ram_gib, d, lo, hi; /* difference of MemTotal, kB */
	size_t n_a, n_b;
	enum metric_basis basis;
};

struct memory_page {
	const struct page_request *req;
	struct memory_point *p;
	size_t n;
};

/* Guest RAM as the boots' command lines have it: " -m SIZE"; 0: not a guest of ours. */
static double ram_of(const struct campaign *c)
{
	for (size_t i = 0; i < c->n_boots; i++) {
		const char *m = strstr(c->boots[i].command, " -m ");
		_free_ char *text = m ? xstrndup(m + 4, strcspn(m + 4, " ,'")) : NULL;
		uint64_t bytes;

		if (!text)
			continue;
		/* A bare number is MiB to QEMU. */
		if (text[strspn(text, "0123456789")] == '\0') {
			_free_ char *mib = text;

			text = xasprintf("%sM", mib);
		}
		if (!units__size(text, &bytes))
			return (double)bytes;
	}
	return 0;
}

static bool is_mem_total(const struct series *s)
{
	return streq(s->source, "meminfo") && streq(s->name, "mem_total");
}

static int summarise(struct store *st, const struct campaign *c, size_t variant,
		     struct summary *sum, enum metric_basis *basis, struct err *err)
{
	struct series *list;
	size_t n;
	int ret = store__series(st, c->variants[variant].id, &list, &n, err);

	*sum = (struct summary){ 0 };
	for (size_t i = 0; !ret && i < n; i++) {
		struct reading *r;
		size_t n_r;

		if (!is_mem_total(&list[i]) || sum->n)
			continue;
		ret = store__readings(st, c->variants[variant].id, list[i].id, &r, &n_r, err);
		if (ret)
			break;
		summary__init(sum, r, n_r, c->boots, c->n_boots);
		*basis = list[i].basis;
		free(r);
	}
	series__free(list, n);
	return ret;
}

static int add_pair(struct store *st, struct memory_page *pg, const struct campaign *c,
		    const struct campaign_compare *cmp, double ram, struct err *err)
{
	struct summary a = { 0 }, b = { 0 };
	enum metric_basis basis = BASIS_EXACT;
	struct stats_test t;
	int ret = summarise(st, c, cmp->candidate, &b, &basis, err);

	if (!ret)
		ret = summarise(st, c, cmp->baseline, &a, &basis, err);
	/* MemTotal moves in pages of 4 kB. */
	if (!ret && !stats__welch(a.boots, a.n, b.boots, b.n, stats__se_floor(4, a.n, 2), &t)) {
		pg->p = xrealloc(pg->p, pg->n + 1, sizeof(*pg->p));
		pg->p[pg->n++] = (struct memory_point){
			.label = xasprintf("%s: %s against %s", c->name,
					   c->variants[cmp->candidate].name,
					   c->variants[cmp->baseline].name),
			.url = link__to(pg->req, "campaign", c->uuid, NULL),
			.ram_gib = ram / (1 << 30), .d = t.d, .lo = t.lo95, .hi = t.hi95,
			.n_a = a.n, .n_b = b.n, .basis = basis,
		};
	}
	summary__release(&a);
	summary__release(&b);
	return ret;
}

static int add_campaign(struct store *st, struct memory_page *pg, const char *uuid, struct err *err)
{
	struct campaign *c;
	double ram;
	int ret = store__load(st, uuid, &c, err);

	if (ret)
		return ret;
	ram = ram_of(c);
	for (size_t i = 0; !ret && ram > 0 && i < c->n_compares; i++)
		ret = add_pair(st, pg, c, &c->compares[i], ram, err);
	campaign__free(c);
	return ret;
}

static int load(struct store *st, struct memory_page *pg, struct err *err)
{
	struct campaign_brief *list;
	size_t n;
	int ret = store__list(st, &list, &n, err);

	for (size_t i = 0; !ret && i < n && i < CAMPAIGNS_MAX; i++)
		ret = add_campaign(st, pg, list[i].uuid, err);
	campaign_brief__free(list, n);
	return ret;
}

static void put_chart(struct html *h, const struct memory_page *pg)
{
	_free_ struct cloud_point *points = xcalloc(pg->n + 1, sizeof(*points));
	const struct cloud cloud = {
		.title = "Difference of MemTotal against guest RAM", .x_unit = "guest RAM, GiB",
		.y_unit = "kB", .points = points, .n = pg->n, .slope_label = "RAM / 512",
		.slope = (1 << 30) / 512.0 / KB,
	};

	for (size_t i = 0; i < pg->n; i++)
		points[i] = (struct cloud_point){ .x = pg->p[i].ram_gib, .y = pg->p[i].d,
						  .lo = pg->p[i].lo, .hi = pg->p[i].hi,
						  .series = pg->p[i].d < 0, .label = pg->p[i].label };
	html__put(h, "<figure><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		     "aria-label=\"Chart of memory\">");
	svg__cloud(h, &cloud);
	html__put(h, "</div><figcaption>Each point: candidate minus baseline of one comparison with 95 % "
		     "limits (discs: more memory, diamonds: less). The dashed line is RAM / 512: one "
		     "4 KiB page of page tables for each 2 MiB that are mapped in pages instead of "
		     "blocks.</figcaption></figure>\n");
}

static void put_table(struct html *h, const struct memory_page *pg)
{
	html__put(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Memory\"><table>"
		     "<thead><tr><th scope=\"col\">Comparison</th>"
		     "<th scope=\"col\" class=\"n\">Guest RAM, GiB</th>"
		     "<th scope=\"col\" class=\"n\">MemTotal, kB</th><th scope=\"col\" class=\"n\">95 % CI"
		     "</th><th scope=\"col\" class=\"n\">RAM / 512, kB</th>"
		     "<th scope=\"col\" class=\"n\">Boots</th><th scope=\"col\">Basis</th></tr></thead>"
		     "<tbody>\n");
	for (size_t i = 0; i < pg->n; i++) {
		const struct memory_point *p = &pg->p[i];

		html__fmt(h, "<tr><th scope=\"row\"><a href=\"%s\">%s</a></th><td class=\"n\">%.4g</td>"
			     "<td class=\"n\">%+.0f</td><td class=\"n\">[%+.0f, %+.0f]</td>"
			     "<td class=\"n\">%.0f</td><td class=\"n\">%zu + %zu</td><td>", p->url,
			  p->label, p->ram_gib, p->d, p->lo, p->hi,
			  p->ram_gib * (1 << 30) / 512 / KB, p->n_a, p->n_b);
		piece__basis(h, p->basis);
		html__put(h, "</td></tr>\n");
	}
	html__put(h, "</tbody></table></div>\n");
}

static void release(struct memory_page *pg)
{
	for (size_t i = 0; i < pg->n; i++) {
		free(pg->p[i].label);
		free(pg->p[i].url);
	}
	free(pg->p);
}

int page_memory(struct store *st, const struct page_request *req, FILE *out,
		struct page_reply *reply __unused, struct err *err)
{
	struct memory_page pg = { .req = req };
	struct html h = { 0 };
	int ret = load(st, &pg, err);

	if (!ret) {
		frame__begin(&h, req, &(struct frame){ .title = "Memory after boot", .here = "Memory",
			     .about = "What a candidate leaves of guest RAM, against its baseline." });
		if (pg.n) {
			put_chart(&h, &pg);
			put_table(&h, &pg);
		} else {
			html__put(&h, "<p class=\"lead\">No campaign has MemTotal of two variants in guests "
				      "of known size.</p>\n");
		}
		frame__end(&h, req, out);
	}
	release(&pg);
	return ret;
}
