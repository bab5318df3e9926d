// SPDX-License-Identifier: GPL-2.0-only
/* functions.c - what kduel explain says, as part of a page. */
#include "reports/pages/functions.h"

#include "reports/charts/bars.h"
#include "reports/charts/icicle.h"
#include "reports/profile/load.h"

#include <math.h>

#define LISTED 30 /* functions in the table */
#define CHARTED 12 /* ... and in the chart */

static void put_chart(struct html *h, const struct explain *e)
{
	const char *series[] = { e->baseline, e->candidate };
	struct bars_row rows[CHARTED];
	struct bars b = { .title = "Functions with the largest differences",
			  .unit = e->unit,
			  .series = series,
			  .n_series = ARRAY_SIZE(series),
			  .rows = rows,
			  .n_rows = explain__listed(e, CHARTED) };
	_cleanup_(strvec__release) struct strvec names = { 0 };

	for (size_t i = 0; i < b.n_rows; i++) {
		_free_ char *name = explain_function__label(&e->v[i]);

		strvec__push(&names, name);
	}
	for (size_t i = 0; i < b.n_rows; i++)
		rows[i] = (struct bars_row){ names.v[i], e->v[i].value, NULL, NULL };
	html__put(h, "<figure>");
	piece__region_begin(h, "Chart of functions");
	svg__bars(h, &b);
	/* Series i has class "s<i>" in svg__bars(). */
	html__put(h, "</div><ul class=\"legend\">");
	for (size_t i = 0; i < ARRAY_SIZE(series); i++)
		html__fmt(h,
			  "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><path class=\"bar s%zu\" "
			  "d=\"M0 1h12v10h-12z\"/></svg>%s</li>",
			  i, series[i]);
	html__fmt(h,
		  "</ul>\n<figcaption>Means of the boots, %s, of the functions with the largest "
		  "differences.</figcaption></figure>\n",
		  e->unit);
}

/* All functions by module, the largest first. */
static int by_size(const void *a, const void *b)
{
	const struct icicle_cell *x = a, *y = b;
	const double dx = fmax(x->v[0], x->v[1]), dy = fmax(y->v[0], y->v[1]);

	if (dx != dy)
		return dx > dy ? -1 : 1;
	return strcmp(x->label, y->label);
}

static size_t group_of(const struct explain *e, const char *module)
{
	size_t g = 0;

	while (g + 1 < e->n_groups && !streq(e->groups[g].module, module))
		g++;
	return g;
}

static void put_icicle(struct html *h, const struct explain *e)
{
	_cleanup_(strvec__release) struct strvec labels = { 0 };
	_free_ struct icicle_cell *groups = xcalloc(e->n_groups + 1, sizeof(*groups));
	_free_ struct icicle_cell *parts = xcalloc(e->n + 1, sizeof(*parts));
	struct icicle ic = { .title = "All functions, as wide as they are large",
			     .unit = e->unit,
			     .whole = { "all", { e->value[0], e->value[1] }, 0 },
			     .groups = groups,
			     .parts = parts,
			     .n_groups = e->n_groups,
			     .n_parts = e->n };

	for (size_t i = 0; i < e->n_groups; i++) {
		_free_ char *label = explain_group__label(&e->groups[i]);

		strvec__push(&labels, label);
		groups[i] = (struct icicle_cell){ NULL,
						  { e->groups[i].value[0], e->groups[i].value[1] },
						  i };
	}
	for (size_t i = 0; i < e->n_groups; i++) /* the list of labels has stopped moving */
		groups[i].label = labels.v[i];
	for (size_t i = 0; i < e->n; i++)
		parts[i] = (struct icicle_cell){ *e->v[i].name ? e->v[i].name : "(no symbol)",
						 { e->v[i].value[0], e->v[i].value[1] },
						 group_of(e, e->v[i].module) };
	if (e->n)
		qsort(parts, e->n, sizeof(*parts), by_size);
	html__put(h, "<figure>");
	piece__region_begin(h, "Chart of all functions");
	svg__icicle(h, &ic);
	html__fmt(h,
		  "</div><figcaption>All of it, by module and function: a cell is as wide as the larger of "
		  "%s and %s. The bar at its foot is the part by which it changed.</figcaption></figure>\n",
		  e->baseline, e->candidate);
}

/* A cell with a number, or with a dash where there is none. */
static void put_number(struct html *h, double v)
{
	char digits[64] = "-";

	if (!isnan(v))
		snprintf(digits, sizeof(digits), "%.5g", v);
	html__fmt(h, "<td class=\"n\">%s</td>", digits);
}

static void put_signed(struct html *h, double v)
{
	char digits[64] = "-";

	if (!isnan(v))
		snprintf(digits, sizeof(digits), "%+.5g", v);
	html__fmt(h, "<td class=\"n\">%s</td>", digits);
}

static void put_row(struct html *h, const struct explain *e, const char *name, const double value[],
		    double diff)
{
	html__fmt(h, "<tr><th scope=\"row\">%s</th>", name);
	put_number(h, value[EXPLAIN_BEFORE]);
	put_number(h, value[EXPLAIN_AFTER]);
	put_signed(h, diff);
	put_number(h, fabs(e->all.diff) > 0 ? 100 * diff / e->all.diff : NAN);
}

static void put_function(struct html *h, const struct explain *e, const struct explain_function *f)
{
	_free_ char *name = explain_function__label(f), *folded = strvec__join(&f->folded, ", ");
	_free_ char *full = *folded ? xasprintf("%s, with %s", name, folded) : xstrdup(name);

	put_row(h, e, full, f->value, f->all.diff);
	put_signed(h, f->all.lo);
	put_signed(h, f->all.hi);
	for (size_t side = 0; side < EXPLAIN_SIDES; side++)
		put_number(h, f->calls[side]);
	for (size_t side = 0; side < EXPLAIN_SIDES; side++)
		put_number(h, f->each[side]);
	html__put(h, "</tr>\n");
}

/* What is listed and the rest are the whole. */
static void put_table(struct html *h, const struct explain *e)
{
	const size_t listed = explain__listed(e, LISTED);
	_free_ char *before = xasprintf("#%s", e->baseline),
		    *after = xasprintf("#%s", e->candidate);
	_free_ char *others = xasprintf("%zu others", e->n - listed);
	double rest[EXPLAIN_SIDES] = { e->value[EXPLAIN_BEFORE], e->value[EXPLAIN_AFTER] };

	piece__table_begin(h, "Functions",
			   STRINGS("Function", before, after, "#Change", "#% of the whole",
				   "#95 % from", "#to", "#Calls", "#then", "#A call", "#then"));
	for (size_t i = 0; i < listed; i++) {
		put_function(h, e, &e->v[i]);
		for (size_t side = 0; side < EXPLAIN_SIDES; side++)
			rest[side] -= e->v[i].value[side];
	}
	put_row(h, e, others, rest, rest[EXPLAIN_AFTER] - rest[EXPLAIN_BEFORE]);
	html__put(h, "<td colspan=\"6\"></td></tr>\n");
	put_row(h, e, "all", e->value, e->all.diff);
	html__put(h, "<td colspan=\"6\"></td></tr>\n");
	piece__table_end(h);
}

static void put_part(struct html *h, const char *what, const struct explain_part *p,
		     const char *unit)
{
	if (isnan(p->lo))
		piece__fact(h, what, "%+.6g %s", p->diff, unit);
	else
		piece__fact(h, what, "%+.6g [%+.6g, %+.6g] %s", p->diff, p->lo, p->hi, unit);
}

static void put(struct html *h, const struct explain *e)
{
	html__put(h, "<h2>By function</h2>\n<dl class=\"facts\">\n");
	put_part(h, "by what a call costs", &e->per_call, e->unit);
	put_part(h, "by how many calls", &e->calls, e->unit);
	put_part(h, "not called in every boot", &e->other, e->unit);
	html__put(h, "</dl>\n");
	if (explain__listed(e, 1))
		put_chart(h, e);
	put_icicle(h, e);
	put_table(h, e);
	html__fmt(h, "<pre>kduel explain %.8s %s/%s --candidate %s --baseline %s</pre>\n",
		  e->c->uuid, e->workload, e->metric, e->candidate, e->baseline);
}

/* Pooled sides are not explained, nor those of two campaigns. */
static bool is_of(const struct report_variant *v, const struct campaign *c)
{
	return v->n_parts == 1 && v->campaign == c;
}

int functions__put(struct store *st, struct html *h, const struct report *r,
		   const struct report_block *b, const struct report_row *row, struct err *err)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];
	_free_ char *name = xasprintf("%s/%s", row->workload, row->metric->name);
	struct explain_request req = { .row = name, .fold = true };
	struct explain *e = NULL;
	int ret;

	if (!is_of(cand, base->campaign) || !is_of(base, base->campaign) || b->factorial ||
	    !explain__is_row(row->source, row->metric->name))
		return 0;
	req.candidate = cand->v->name;
	req.baseline = base->v->name;
	ret = explain__make(st, cand->campaign->uuid, &req, &e, err);
	if (!ret)
		put(h, e);
	explain__free(e);
	return ret == -ENOENT || ret == -EINVAL ? 0 : ret;
}
