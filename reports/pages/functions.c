// SPDX-License-Identifier: GPL-2.0-only
/* functions.c - the output of `kduel explain`, as part of a page. */
#include "reports/pages/functions.h"

#include "reports/charts/bars.h"
#include "reports/charts/icicle.h"
#include "reports/profile/groups.h"
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
	/* svg__bars() gives series i the class "s<i>". */
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

/* Largest first. */
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

	while (g + 1 < e->n_groups && !streq(e->groups[g].name, module))
		g++;
	return g;
}

/* One cell per function, grouped by module. Labels of the groups go to `labels`; the caller frees
 * groups and parts. */
static void fill_modules(const struct explain *e, struct strvec *labels,
			 struct icicle_cell **groups, struct icicle *ic)
{
	struct icicle_cell *parts = xcalloc(e->n + 1, sizeof(*parts));

	*groups = xcalloc(e->n_groups + 1, sizeof(**groups));
	for (size_t i = 0; i < e->n_groups; i++) {
		_free_ char *label = explain_group__label(&e->groups[i]);

		strvec__push(labels, label);
		(*groups)[i] = (struct icicle_cell){
			NULL, { e->groups[i].value[0], e->groups[i].value[1] }, i
		};
	}
	for (size_t i = 0; i < e->n; i++)
		parts[i] = (struct icicle_cell){ *e->v[i].name ? e->v[i].name : "(no symbol)",
						 { e->v[i].value[0], e->v[i].value[1] },
						 group_of(e, e->v[i].module) };
	ic->n_groups = e->n_groups;
	ic->parts = parts;
	ic->n_parts = e->n;
	if (e->n)
		qsort(parts, e->n, sizeof(*parts), by_size);
}

/* Likewise grouped by subsystem; a function name may occur in several. */
static void fill_subsystems(const struct explain *e, const struct explain_group *list, size_t n,
			    struct strvec *labels, struct icicle_cell **groups, struct icicle *ic)
{
	const size_t *boots = e->places.n_boots;
	_cleanup_(names__release) struct names names = { 0 };
	struct icicle_cell *parts = NULL;
	size_t n_parts = 0;

	*groups = xcalloc(n + 1, sizeof(**groups));
	for (size_t g = 0; g < n; g++) {
		strvec__push(labels, list[g].name);
		(*groups)[g] =
			(struct icicle_cell){ NULL, { list[g].value[0], list[g].value[1] }, g };
	}
	for (size_t i = 0; i < e->places.n; i++) {
		const struct place *p = &e->places.v[i];
		_free_ char *subsystem = explain__subsystem(p);
		_free_ char *key = xasprintf("%s\n%s\n%s", subsystem, p->name, p->module);
		const uint32_t k = names__add(&names, key);
		size_t g = 0;

		while (g + 1 < n && !streq(list[g].name, subsystem))
			g++;
		if (k == n_parts || !parts)
			*APPEND(parts, n_parts) = (struct icicle_cell){
				*p->name ? p->name : "(no symbol)", { 0, 0 }, g
			};
		parts[k].v[0] += stats__mean(p->value, boots[EXPLAIN_BEFORE]);
		parts[k].v[1] += stats__mean(p->value + boots[EXPLAIN_BEFORE],
					     boots[EXPLAIN_AFTER]);
	}
	ic->n_groups = n;
	ic->parts = parts;
	ic->n_parts = n_parts;
	if (n_parts)
		qsort(parts, n_parts, sizeof(*parts), by_size);
}

/* By subsystem if known, else by module. */
static void put_icicle(struct html *h, const struct explain *e)
{
	_cleanup_(strvec__release) struct strvec labels = { 0 };
	struct icicle ic = { .title = "All functions, as wide as they are large",
			     .unit = e->unit,
			     .whole = { "all", { e->value[0], e->value[1] }, 0 } };
	struct icicle_cell *groups;
	struct explain_group *list;
	struct err none;
	size_t n;
	const bool known = !explain__group(e, BY_SUBSYSTEM, &list, &n, &none);

	if (known)
		fill_subsystems(e, list, n, &labels, &groups, &ic);
	else
		fill_modules(e, &labels, &groups, &ic);
	/* Only now, as appending may have moved the array of labels. */
	for (size_t i = 0; i < ic.n_groups; i++)
		groups[i].label = labels.v[i];
	ic.groups = groups;
	html__put(h, "<figure>");
	piece__region_begin(h, "Chart of all functions");
	svg__icicle(h, &ic);
	html__fmt(h,
		  "</div><figcaption>All of it, by %s and function: a cell is as wide as the larger of "
		  "%s and %s. The bar at its foot is the part by which it changed.</figcaption></figure>\n",
		  known ? "subsystem" : "module", e->baseline, e->candidate);
	explain_groups__free(list, n);
	free((void *)ic.parts);
	free(groups);
}

/* A cell with a number, or with a dash if there is none. */
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

/* The parts of a function: its own code, and functions inlined into it. */
static void put_parts(struct html *h, const struct explain *e, const struct explain_function *f)
{
	struct explain_group *list;
	size_t n, listed;

	explain__parts(e, f, &list, &n);
	listed = explain__parts_listed(f, list, n);
	for (size_t i = 0; i < listed; i++) {
		_free_ char *name = xasprintf("\xc2\xb7 %s",
					      *list[i].name ? list[i].name : "(itself)");

		put_row(h, e, name, list[i].value, list[i].all.diff);
		put_signed(h, list[i].all.lo);
		put_signed(h, list[i].all.hi);
		html__put(h, "<td colspan=\"4\"></td></tr>\n");
	}
	explain_groups__free(list, n);
}

static void put_function(struct html *h, const struct explain *e, const struct explain_function *f)
{
	_free_ char *name = explain_function__label(f), *folded = strvec__join(&f->folded, ", ");
	_free_ char *full = *folded ? xasprintf("%s, with %s", name, folded) : xstrdup(name);

	put_row(h, e, full, f->value, f->all.diff);
	put_signed(h, f->all.lo);
	put_signed(h, f->all.hi);
	if (e->event) {
		for (size_t side = 0; side < EXPLAIN_SIDES; side++)
			put_number(h, f->samples[side]);
		for (size_t i = 0; i < 2; i++)
			put_signed(h, f->noise[i]);
		html__put(h, "</tr>\n");
		return;
	}
	for (size_t side = 0; side < EXPLAIN_SIDES; side++)
		put_number(h, f->calls[side]);
	for (size_t side = 0; side < EXPLAIN_SIDES; side++)
		put_number(h, f->each[side]);
	html__put(h, "</tr>\n");
	put_parts(h, e, f);
}

/* Listed functions and the remainder add up to the whole. */
static void put_table(struct html *h, const struct explain *e)
{
	const size_t listed = explain__listed(e, LISTED);
	_free_ char *before = xasprintf("#%s", e->baseline),
		    *after = xasprintf("#%s", e->candidate);
	_free_ char *others = xasprintf("%zu other%s", e->n - listed, plural_s(e->n - listed));
	double rest[EXPLAIN_SIDES] = { e->value[EXPLAIN_BEFORE], e->value[EXPLAIN_AFTER] };

	piece__table_begin(h, "Functions",
			   STRINGS("Function", before, after, "#Change", "#% of the whole",
				   "#95 % from", "#to", e->event ? "#Samples" : "#Calls", "#then",
				   e->event ? "#By sampling from" : "#A call",
				   e->event ? "#to" : "#then"));
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

/* The groups with the largest differences; with the remainder they also add up to the whole. */
static void put_groups(struct html *h, const struct explain *e, enum explain_by by,
		       const char *title, const char *column)
{
	_free_ char *before = xasprintf("#%s", e->baseline),
		    *after = xasprintf("#%s", e->candidate), *others = NULL;
	double rest[EXPLAIN_SIDES] = { e->value[EXPLAIN_BEFORE], e->value[EXPLAIN_AFTER] };
	struct explain_group *list;
	struct err none;
	size_t n, listed;

	if (explain__group(e, by, &list, &n, &none))
		return;
	listed = explain_groups__listed(list, n, LISTED);
	others = xasprintf("%zu other%s", n - listed, plural_s(n - listed));
	html__fmt(h, "<h2>%s</h2>\n", title);
	piece__table_begin(h, title,
			   STRINGS(column, before, after, "#Change", "#% of the whole",
				   "#95 % from", "#to"));
	for (size_t i = 0; i < listed; i++) {
		put_row(h, e, list[i].name, list[i].value, list[i].all.diff);
		put_signed(h, list[i].all.lo);
		put_signed(h, list[i].all.hi);
		html__put(h, "</tr>\n");
		for (size_t side = 0; side < EXPLAIN_SIDES; side++)
			rest[side] -= list[i].value[side];
	}
	put_row(h, e, others, rest, rest[EXPLAIN_AFTER] - rest[EXPLAIN_BEFORE]);
	html__put(h, "<td colspan=\"2\"></td></tr>\n");
	put_row(h, e, "all", e->value, e->all.diff);
	html__put(h, "<td colspan=\"2\"></td></tr>\n");
	piece__table_end(h);
	explain_groups__free(list, n);
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
	if (e->event) {
		piece__fact(h, "by sampling alone", "[%+.6g, %+.6g] %s", e->noise[0], e->noise[1],
			    e->unit);
		piece__fact(h, "samples", "%.0f and %.0f of %s", e->samples[EXPLAIN_BEFORE],
			    e->samples[EXPLAIN_AFTER], e->event);
		piece__fact(h, "basis", "%s", metric__basis_name(e->basis));
	} else {
		put_part(h, "from the cost of a call", &e->per_call, e->unit);
		put_part(h, "from the number of calls", &e->calls, e->unit);
		put_part(h, "not called in every boot", &e->other, e->unit);
	}
	html__put(h, "</dl>\n");
	if (explain__listed(e, 1))
		put_chart(h, e);
	put_icicle(h, e);
	put_table(h, e);
	put_groups(h, e, BY_SUBSYSTEM, "By subsystem", "Subsystem");
	put_groups(h, e, BY_FILE, "By file", "File");
	put_groups(h, e, BY_INLINED, "By source function", "Function, inlined or not");
	html__fmt(h, "<pre>kduel explain %.8s %s/%s --candidate %s --baseline %s</pre>\n",
		  e->c->uuid, e->workload, e->metric, e->candidate, e->baseline);
}

/* Pooled sides and sides from two campaigns are not explained. */
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
