// SPDX-License-Identifier: GPL-2.0-only
/* explain.c - the functions behind a row, as a table. */
#include "reports/render/explain/explain.h"

#include "reports/render/grid.h"
#include "reports/render/json.h"

#include <ctype.h>
#include <math.h>

enum { NAME, BEFORE, AFTER, CHANGE, CI, SHARE, CALLS0, CALLS1, EACH0, EACH1, COLUMNS };

/* Text of a database: what would end a cell or begin a line becomes '?'. */
static char *plain(const char *s)
{
	char *text = xstrdup(s);

	for (char *c = text; *c; c++)
		if (!isprint((unsigned char)*c) || strchr("|`\\<>*", *c))
			*c = '?';
	return text;
}

static char *name_of(const struct explain_function *f)
{
	_free_ char *label = explain_function__label(f);

	return plain(label);
}

/* Digits behind the point: of a rate two, fewer where it is large; of a plain count none. */
static int digits(const struct explain *e, double v)
{
	return !e->per_op ? 0 : fabs(v) < 1000 ? 2 : 1;
}

static void put(struct grid *g, size_t row, size_t col, const struct explain *e, double v)
{
	if (isnan(v))
		grid__put(g, row, col, "-");
	else
		grid__put(g, row, col, "%.*f", digits(e, v), v);
}

/* The signed difference with its share of the whole. */
static void put_change(struct grid *g, size_t row, const struct explain *e, double diff)
{
	grid__put(g, row, CHANGE, "%+.*f", digits(e, diff), diff);
	if (fabs(e->all.diff) > 0)
		grid__put(g, row, SHARE, "%.1f", 100 * diff / e->all.diff);
	else
		grid__put(g, row, SHARE, "-");
}

static char *interval(const struct explain *e, const struct explain_part *p)
{
	return isnan(p->lo) ?
		       xstrdup("-") :
		       xasprintf("[%+.*f,%+.*f]", digits(e, p->lo), p->lo, digits(e, p->hi), p->hi);
}

static void put_function(struct grid *g, const struct explain *e, const struct explain_function *f)
{
	const size_t row = grid__row(g);
	_free_ char *name = name_of(f), *ci = interval(e, &f->all);

	grid__put(g, row, NAME, "%s", name);
	put(g, row, BEFORE, e, f->value[EXPLAIN_BEFORE]);
	put(g, row, AFTER, e, f->value[EXPLAIN_AFTER]);
	put_change(g, row, e, f->all.diff);
	grid__put(g, row, CI, "%s", ci);
	put(g, row, CALLS0, e, f->calls[EXPLAIN_BEFORE]);
	put(g, row, CALLS1, e, f->calls[EXPLAIN_AFTER]);
	grid__put(g, row, EACH0, isnan(f->each[EXPLAIN_BEFORE]) ? "-" : "%.2f",
		  f->each[EXPLAIN_BEFORE]);
	grid__put(g, row, EACH1, isnan(f->each[EXPLAIN_AFTER]) ? "-" : "%.2f",
		  f->each[EXPLAIN_AFTER]);
}

static void put_sum(struct grid *g, const struct explain *e, const char *name, double before,
		    double after)
{
	const size_t row = grid__row(g);

	grid__put(g, row, NAME, "%s", name);
	put(g, row, BEFORE, e, before);
	put(g, row, AFTER, e, after);
	put_change(g, row, e, after - before);
}

/* Functions with differences, then sums: what is listed and the rest are the whole. */
static void fill(struct grid *g, const struct explain *e, size_t top)
{
	const size_t listed = explain__listed(e, top), head = grid__row(g);
	double sum[EXPLAIN_SIDES] = { 0 };
	_free_ char *these = xasprintf("these %zu", listed);
	_free_ char *others = xasprintf("%zu others", e->n - listed);

	grid__put(g, head, NAME, "function");
	grid__put(g, head, BEFORE, "%s", e->baseline);
	grid__put(g, head, AFTER, "%s", e->candidate);
	grid__put(g, head, CHANGE, "change");
	grid__put(g, head, CI, "95 %% CI");
	grid__put(g, head, SHARE, "%%");
	grid__put(g, head, CALLS0, "calls");
	grid__put(g, head, CALLS1, "then");
	grid__put(g, head, EACH0, "a call");
	grid__put(g, head, EACH1, "then");
	for (size_t i = 0; i < listed; i++) {
		put_function(g, e, &e->v[i]);
		sum[EXPLAIN_BEFORE] += e->v[i].value[EXPLAIN_BEFORE];
		sum[EXPLAIN_AFTER] += e->v[i].value[EXPLAIN_AFTER];
	}
	put_sum(g, e, these, sum[EXPLAIN_BEFORE], sum[EXPLAIN_AFTER]);
	put_sum(g, e, others, e->value[EXPLAIN_BEFORE] - sum[EXPLAIN_BEFORE],
		e->value[EXPLAIN_AFTER] - sum[EXPLAIN_AFTER]);
	put_sum(g, e, "all", e->value[EXPLAIN_BEFORE], e->value[EXPLAIN_AFTER]);
}

static void print_part(const struct explain *e, const struct explain_part *p, const char *what,
		       FILE *out)
{
	_free_ char *ci = interval(e, p);

	fprintf(out, "  %+.*f %s %s\n", digits(e, p->diff), p->diff, ci, what);
}

/* The whole and its parts: what the code is worth, and what only moves with the layout of memory. */
static void print_parts(const struct explain *e, FILE *out)
{
	fprintf(out, "%s: %.*f, %s: %.*f %s\n", e->baseline, digits(e, e->value[EXPLAIN_BEFORE]),
		e->value[EXPLAIN_BEFORE], e->candidate, digits(e, e->value[EXPLAIN_AFTER]),
		e->value[EXPLAIN_AFTER], e->unit);
	print_part(e, &e->all, "in all, of which", out);
	print_part(e, &e->per_call, "by what a call costs, at the mean number of calls", out);
	print_part(e, &e->calls, "by how many calls there are", out);
	print_part(e, &e->other, "in functions that were not called in every boot", out);
}

/* Modules beside the kernel itself, where there are any. */
static void print_groups(const struct explain *e, const char *bullet, FILE *out)
{
	for (size_t i = 0; e->n_groups > 1 && i < e->n_groups; i++) {
		const struct explain_group *g = &e->groups[i];
		_free_ char *label = explain_group__label(g), *name = plain(label);
		_free_ char *ci = interval(e, &g->all);

		fprintf(out, "%s%s: %.*f, then %.*f, %+.*f %s %s\n", bullet, name,
			digits(e, g->value[EXPLAIN_BEFORE]), g->value[EXPLAIN_BEFORE],
			digits(e, g->value[EXPLAIN_AFTER]), g->value[EXPLAIN_AFTER],
			digits(e, g->all.diff), g->all.diff, ci, e->unit);
	}
}

/* What was added to functions that are listed, and code without a symbol wherever it stands. */
static void print_notes(const struct explain *e, size_t top, const char *bullet, FILE *out)
{
	for (size_t i = 0; i < explain__listed(e, top); i++) {
		const struct explain_function *f = &e->v[i];
		_free_ char *list = strvec__join(&f->folded, ", "), *name = name_of(f);
		_free_ char *clean = plain(list);

		if (f->folded.n)
			fprintf(out, "%s%s includes %s\n", bullet, name, clean);
	}
	for (size_t i = 0; i < e->n; i++) {
		const struct explain_function *f = &e->v[i];

		if (!*f->name)
			fprintf(out, "%scode without a symbol: %.*f and %.*f %s\n", bullet,
				digits(e, f->value[EXPLAIN_BEFORE]), f->value[EXPLAIN_BEFORE],
				digits(e, f->value[EXPLAIN_AFTER]), f->value[EXPLAIN_AFTER],
				e->unit);
	}
}

static void print_title(const struct explain *e, const char *mark, FILE *out)
{
	_free_ char *workload = plain(e->workload);

	fprintf(out, "%s%s/%s: %s against %s, %zu and %zu boots\n\n", mark, workload, e->metric,
		e->candidate, e->baseline, e->n_boots[EXPLAIN_AFTER], e->n_boots[EXPLAIN_BEFORE]);
}

void explain__text(const struct explain *e, size_t top, FILE *out)
{
	struct grid g = { .n_cols = COLUMNS, .gap = 1, .left = 1 << NAME };

	fill(&g, e, top);
	print_title(e, "", out);
	print_parts(e, out);
	fputc('\n', out);
	grid__print(&g, grid__width(&g) > 100, out);
	fputc('\n', out);
	print_groups(e, "", out);
	print_notes(e, top, "", out);
	fprintf(out,
		"\n%%: of the whole change. calls: %s. a call: %s for each call. Names are compared\n"
		"without what compilers append to copies and pieces of functions.\n",
		e->per_op ? "per operation" : "of the iteration",
		e->per_op ? "instructions" : e->unit);
	grid__release(&g);
}

void explain__markdown(const struct explain *e, size_t top, FILE *out)
{
	struct grid g = { .n_cols = COLUMNS };

	fill(&g, e, top);
	print_title(e, "### ", out);
	fputs("```\n", out);
	print_parts(e, out);
	fputs("```\n\n", out);
	for (size_t i = 0; i < g.n_rows; i++) {
		for (size_t c = 0; c < COLUMNS; c++)
			fprintf(out, "| %s ", g.rows[i][c] ? g.rows[i][c] : "");
		fputs(i ? "|\n" : "|\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n", out);
	}
	fputc('\n', out);
	print_groups(e, "- ", out);
	print_notes(e, top, "- ", out);
	grid__release(&g);
}

static json_t *json_part(const struct explain_part *p)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "change", json__number(p->diff), "lo",
			 json__number(p->lo), "hi", json__number(p->hi), "p", json__number(p->p));
}

static json_t *json_sides(const double v[EXPLAIN_SIDES])
{
	return json_pack("[o, o]", json__number(v[EXPLAIN_BEFORE]), json__number(v[EXPLAIN_AFTER]));
}

static json_t *json_function(const struct explain *e, const struct explain_function *f)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "function",
			 json__text(f->name), "module", json__text(f->module), "value",
			 json_sides(f->value), "calls", json_sides(f->calls), "per_call",
			 json_sides(f->each), "all", json_part(&f->all), "by_cost",
			 json__number(f->has_calls ? f->per_call : NAN), "share",
			 json__number(fabs(e->all.diff) > 0 ? f->all.diff / e->all.diff : NAN),
			 "includes", json__texts(&f->folded));
}

void explain__json(const struct explain *e, FILE *out)
{
	json_t *functions = json_array(), *modules = json_array();

	for (size_t i = 0; i < e->n; i++)
		json_array_append_new(functions, json_function(e, &e->v[i]));
	for (size_t i = 0; i < e->n_groups; i++)
		json_array_append_new(modules, json_pack("{s:o, s:o, s:o}", "module",
							 json__text(e->groups[i].module), "value",
							 json_sides(e->groups[i].value), "all",
							 json_part(&e->groups[i].all)));
	json__print(json_pack("{s:i, s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:[I, I], s:o, s:o, s:o, "
			      "s:o, s:o, s:o, s:o}",
			      "schema", 1, "kind", "explain", "campaign", json__text(e->c->uuid),
			      "workload", json__text(e->workload), "metric", e->metric, "unit",
			      e->unit, "baseline", json__text(e->baseline), "candidate",
			      json__text(e->candidate), "boots",
			      (json_int_t)e->n_boots[EXPLAIN_BEFORE],
			      (json_int_t)e->n_boots[EXPLAIN_AFTER], "value", json_sides(e->value),
			      "all", json_part(&e->all), "by_cost", json_part(&e->per_call),
			      "by_calls", json_part(&e->calls), "other", json_part(&e->other),
			      "modules", modules, "functions", functions),
		    out);
}
