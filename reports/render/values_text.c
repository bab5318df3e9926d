// SPDX-License-Identifier: GPL-2.0-only
/* values_text.c - one value per metric and variant, in each format. */
#include "reports/render/values_text.h"
#include "reports/render/columns.h"
#include "reports/render/expect.h"
#include "reports/render/grid.h"
#include "reports/render/json.h"
#include "reports/render/markdown_text.h"
#include "reports/render/para.h"
#include "reports/render/show.h"
#include "reports/report/words.h"

#include <math.h>

#define MAIL_WIDTH 72
#define TEXT_WIDTH 80

enum { VARIANT, VALUE, SERIES };

static double spread_of(const void *value)
{
	return values__spread(value);
}

static const struct column columns[] = {
	COLUMN("variant", VARIANT, struct campaign_variant, name),
	COLUMN("workload", SERIES, struct series, workload),
	COLUMN("source", SERIES, struct series, source),
	COLUMN("metric", SERIES, struct series, metric.name),
	COLUMN("unit", SERIES, struct series, metric.unit),
	COLUMN_TEXT_BY("better", SERIES, struct series, metric.better, column__better),
	COLUMN("primary", SERIES, struct series, metric.primary),
	COLUMN_TEXT_BY("basis", SERIES, struct series, basis, column__basis),
	COLUMN("median", VALUE, struct variant_value, median),
	COLUMN("lowest", VALUE, struct variant_value, lo),
	COLUMN("highest", VALUE, struct variant_value, hi),
	COLUMN_NUMBER_BY("spread_pct", VALUE, spread_of),
	COLUMN("boots", VALUE, struct variant_value, n),
	{ 0 },
};

double values__spread(const struct variant_value *v)
{
	return v->n > 1 && v->median != 0 ? 100 * (v->hi - v->lo) / fabs(v->median) : NAN;
}

bool values__any(const struct series *s __unused)
{
	return true;
}

json_t *values__json(const struct campaign *c, const struct variant_values *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->n; i++)
		json_array_append_new(list,
				      columns__json(columns, (const void *const[]){
								     &c->variants[v->v[i].variant],
								     &v->v[i], v->v[i].series }));
	return list;
}

static void print_csv(const struct campaign *c, const struct variant_values *v, FILE *out)
{
	columns__csv_header(columns, out);
	for (size_t i = 0; i < v->n; i++)
		columns__csv(columns,
			     (const void *const[]){ &c->variants[v->v[i].variant], &v->v[i],
						    v->v[i].series },
			     out);
}

static void put(struct grid *g, size_t row, size_t col, char *text)
{
	grid__put(g, row, col, "%s", text);
	free(text);
}

/* Add rows for the primary metrics, or for the others. */
static void add_rows(struct grid *g, const struct campaign *c, const struct variant_values *v,
		     bool primary)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct variant_value *x = &v->v[i];
		const struct series *s = x->series;
		const struct judgement as_row = { .a = x->median, .b = x->lo, .change = x->hi };
		double spread = values__spread(x);
		size_t row;

		if (s->metric.primary != primary || !x->n)
			continue;
		row = grid__row(g);
		grid__put(g, row, 0, "%s", c->variants[x->variant].name);
		grid__put(g, row, 1, "%s/%s%s", s->workload, s->metric.name, primary ? "" : "*");
		grid__put(g, row, 2, "%s", s->metric.unit);
		put(g, row, 3, words__value(&as_row, x->median, false));
		put(g, row, 4, words__value(&as_row, x->lo, false));
		put(g, row, 5, words__value(&as_row, x->hi, false));
		put(g, row, 6, isnan(spread) ? xstrdup("-") : xasprintf("%.2f %%", spread));
		grid__put(g, row, 7, "%zu", x->n);
		grid__put(g, row, 8, "%s", metric__basis_name(s->basis));
	}
}

/* `skip`: bit mask of columns to leave out; 0: also list secondary metrics. */
static void print_table(const struct campaign *c, const struct variant_values *v, unsigned int skip,
			FILE *out)
{
	static const char *const head[] = { "variant", "metric", "unit",  "median", "lowest",
					    "highest", "spread", "boots", "basis" };
	struct grid g = { .n_cols = ARRAY_SIZE(head),
			  .left = 1u << 0 | 1u << 1 | 1u << 2 | 1u << 8,
			  .skip = skip | (c->n_variants == 1 ? 1u : 0) };
	size_t row = grid__row(&g);

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	add_rows(&g, c, v, true);
	/* A mail has only primary metrics, if there are any. */
	if (!skip || g.n_rows == 1)
		add_rows(&g, c, v, false);
	grid__print(&g, false, out);
	if (g.n_rows == 1)
		fputs("No boot has data.\n", out);
	else
		fprintf(out,
			"\nOver boots; spread: highest - lowest, in per cent of the median.%s\n",
			skip ? "" : " * secondary.");
	grid__release(&g);
}

/* What was measured and where, above a table that will be sent around. */
static void print_head(const struct campaign *c, FILE *out)
{
	_free_ char *date = words__date(c->created_ns);
	struct para head = { .out = out, .width = MAIL_WIDTH, .indent = 2 };

	para__add(&head, "Campaign %s (%.8s), %s, %s; %s on %s", c->name, c->uuid, date, c->state,
		  c->target, c->host);
	para__end(&head);
	for (size_t i = 0; i < c->n_variants; i++) {
		const struct campaign_variant *v = &c->variants[i];
		struct para p = { .out = out, .width = MAIL_WIDTH, .first = 2, .indent = 4 };

		para__add(&p, "%s: %s%s%s%s%s", v->name, *v->release ? v->release : "no kernel",
			  *v->cpu ? ", cpu " : "", v->cpu, *v->cmdline ? ", " : "", v->cmdline);
		para__end(&p);
	}
	fputs("\n", out);
}

/* Without the columns that do not fit into the lines of a mail. */
static void print_mail(const struct campaign *c, const struct variant_values *v,
		       const struct report_expects *expects, FILE *out)
{
	print_head(c, out);
	print_table(c, v, 1u << 4 | 1u << 5, out);
	expect__text(expects, MAIL_WIDTH, out);
	fprintf(out, "\nTo reproduce:\n  kduel show %.8s --plan >plan.yaml; kduel run plan.yaml\n",
		c->uuid);
}

static void print_markdown(const struct campaign *c, const struct variant_values *v, FILE *out)
{
	_free_ char *date = words__date(c->created_ns);

	fputs("### ", out);
	markdown__text(c->name, out);
	fprintf(out, " (%.8s), %s\n\n%s on ", c->uuid, date, c->target);
	markdown__text(c->host, out);
	fputs("\n\n| variant | metric | unit | better | median | lowest | highest | spread | boots | "
	      "basis |\n|---|---|---|---|---:|---:|---:|---:|---:|---|\n",
	      out);
	for (size_t i = 0; i < v->n; i++) {
		const struct variant_value *x = &v->v[i];
		const struct series *s = x->series;
		const struct judgement as_row = { .a = x->median, .b = x->lo, .change = x->hi };
		double spread = values__spread(x);

		if (!x->n)
			continue;
		fputs("|", out);
		markdown__cell(xstrdup(c->variants[x->variant].name), out);
		markdown__cell(xasprintf("%s/%s%s", s->workload, s->metric.name,
					 s->metric.primary ? "" : " (secondary)"),
			       out);
		markdown__cell(xstrdup(s->metric.unit), out);
		markdown__cell(xstrdup(metric__better_name(s->metric.better)), out);
		markdown__cell(words__value(&as_row, x->median, false), out);
		markdown__cell(words__value(&as_row, x->lo, false), out);
		markdown__cell(words__value(&as_row, x->hi, false), out);
		markdown__cell(isnan(spread) ? xstrdup("-") : xasprintf("%.2f %%", spread), out);
		markdown__cell(xasprintf("%zu", x->n), out);
		markdown__cell(xstrdup(metric__basis_name(s->basis)), out);
		fputs("\n", out);
	}
}

void values__print(const struct campaign *c, const struct variant_values *v,
		   const struct report_expects *expects, const char *format, FILE *out)
{
	if (streq(format, "csv")) {
		print_csv(c, v, out);
	} else if (streq(format, "json")) {
		json__print(json_pack("{s:i, s:s, s:o, s:o, s:o}", "schema", 1, "kind", "values",
				      "campaign", show_json__campaign(c), "values",
				      values__json(c, v), "expectations", expect__json(expects)),
			    out);
	} else if (streq(format, "junit")) {
		expect__junit_alone(c->name, expects, out);
	} else if (streq(format, "mail")) {
		print_mail(c, v, expects, out);
	} else if (streq(format, "markdown")) {
		print_markdown(c, v, out);
		expect__markdown(expects, out);
	} else {
		print_table(c, v, 0, out);
		expect__text(expects, TEXT_WIDTH, out);
	}
}
