// SPDX-License-Identifier: GPL-2.0-only
/* table.c - prints the rows of a comparison in columns, as wide as they need to be. */
#include "reports/render/grid.h"
#include "reports/render/table.h"
#include "reports/report/words.h"

#include <math.h>

enum {
	COL_LABEL,
	COL_UNIT,
	COL_A,
	COL_B,
	COL_CHANGE,
	COL_PCT,
	COL_CI,
	COL_P,
	COL_NOISE,
	COL_N,
	COL_BASIS,
	COL_VERDICT,
	COLS
};

#define NAME_MAX_COLS 16 /* longer names of variants are not used as headings */
/* Text columns are left-aligned, numbers right-aligned. */
#define LEFT (1u << COL_LABEL | 1u << COL_UNIT | 1u << COL_BASIS | 1u << COL_VERDICT)

struct table_common table__common(const struct view_block *v)
{
	struct table_common c = { .same_n = true, .same_basis = true };

	for (size_t i = 0; i < v->n_rows; i++) {
		const struct report_row *r = v->rows[i];

		if (!words__in_table(r))
			continue;
		if (!c.n_rows++) {
			c.n_a = r->n_a;
			c.n_b = r->n_b;
			c.basis = r->basis;
		}
		c.same_n &= r->n_a == c.n_a && r->n_b == c.n_b;
		c.same_basis &= r->basis == c.basis;
	}
	return c;
}

/* Do two rows share a heading: same family, workload and source? */
static bool same_group(const struct report_row *a, const struct report_row *b)
{
	return a->metric->primary == b->metric->primary && streq(a->workload, b->workload) &&
	       streq(a->source, b->source);
}

/* Are the rows of each group adjacent? Not when sorted by severity, where nearly every row would
 * need a heading. */
static bool is_grouped(const struct view_block *v)
{
	for (size_t i = 1; i < v->b->n_rows; i++)
		for (size_t k = 0; k + 1 < i; k++)
			if (same_group(v->all[k], v->all[i]) &&
			    !same_group(v->all[i - 1], v->all[i]))
				return false;
	return true;
}

/* Set a cell to a text. Takes ownership of it. */
static void put(struct grid *g, size_t row, size_t col, char *text)
{
	grid__put(g, row, col, "%s", text);
	free(text);
}

/* A long name would widen the column, and the line above the table has it anyway: use the role
 * instead. */
static void put_side(struct grid *g, size_t row, size_t col, const char *name, const char *role)
{
	grid__put(g, row, col, "%s", strlen(name) <= NAME_MAX_COLS ? name : role);
}

static void put_headings(struct grid *g, const struct report *r, const struct report_block *b)
{
	static const char *const names[COLS] = {
		[COL_LABEL] = "metric",	   [COL_UNIT] = "unit",	 [COL_CHANGE] = "change",
		[COL_PCT] = "%",	   [COL_CI] = "95 % CI", [COL_P] = "p adj",
		[COL_NOISE] = "noise",	   [COL_N] = "n",	 [COL_BASIS] = "basis",
		[COL_VERDICT] = "verdict",
	};
	size_t row = grid__row(g);

	for (size_t i = 0; i < COLS; i++)
		if (names[i])
			grid__put(g, row, i, "%s", names[i]);
	put_side(g, row, COL_A, report_block__against(r, b),
		 b->factorial ? "expected" : "baseline");
	put_side(g, row, COL_B, r->variants[b->candidate].label, "candidate");
}

static void put_numbers(struct grid *g, size_t row, const struct report_row *r)
{
	const struct judgement *j = &r->j;

	put(g, row, COL_A, words__value(j, j->a, false));
	put(g, row, COL_B, words__value(j, j->b, false));
	put(g, row, COL_CHANGE, words__value(j, j->change, true));
	put(g, row, COL_PCT, words__pct(j));
	put(g, row, COL_CI, words__ci(j));
	put(g, row, COL_P, words__p(j->padj));
	put(g, row, COL_NOISE, words__noise(r));
}

static void put_row(struct grid *g, const struct report_row *r, bool grouped)
{
	bool with_unit = g->skip & 1u << COL_UNIT, with_verdict = g->skip & 1u << COL_VERDICT;
	_free_ char *verdict = words__judged(r);
	size_t row = grid__row(g);
	const struct metric *m = r->metric;
	const char *marks = words__marks(r);

	char sign = m->describes ? ' ' : m->better == BETTER_HIGHER ? '+' : '-';

	if (grouped)
		grid__put(g, row, COL_LABEL, "  %s%s", m->name, marks);
	else if (with_unit)
		grid__put(g, row, COL_LABEL, "%s/%s%s, %s %c%s%s", r->workload, m->name, marks,
			  m->unit, sign, with_verdict ? ": " : "", with_verdict ? verdict : "");
	else
		grid__put(g, row, COL_LABEL, "%s/%s%s", r->workload, m->name, marks);
	grid__put(g, row, COL_UNIT, "%s %c", m->unit, sign);
	put_numbers(g, row, r);
	grid__put(g, row, COL_N, "%zu+%zu", r->n_a, r->n_b);
	grid__put(g, row, COL_BASIS, "%s", metric__basis_name(r->basis));
	grid__put(g, row, COL_VERDICT, "%s", verdict);
}

static void put_rows(struct grid *g, const struct view_block *v, bool grouped)
{
	const struct report_row *last = NULL;

	for (size_t i = 0; i < v->n_rows; i++) {
		const struct report_row *row = v->rows[i];

		if (!words__in_table(row))
			continue;
		if (grouped && (!last || !same_group(last, row))) {
			bool same = streq(row->workload, row->source);

			grid__put(g, grid__row(g), COL_LABEL, same ? "%s" : "%s (%s)",
				  row->workload, row->source);
		}
		put_row(g, row, grouped);
		last = row;
	}
}

/* The column to drop if the table is too wide: the absolute change, which follows from the values
 * of both sides. Keep it if a row has no percentage. */
static unsigned int dispensable(const struct view_block *v)
{
	for (size_t i = 0; i < v->n_rows; i++)
		if (words__in_table(v->rows[i]) && isnan(judgement__effect(&v->rows[i]->j).at))
			return 0;
	return 1u << COL_CHANGE;
}

/* Columns that have the same content, or none, in every row. */
static unsigned int skipped(const struct view_block *v, const struct table_style *style)
{
	struct table_common c = table__common(v);
	unsigned int skip = (c.same_n ? 1u << COL_N : 0) | (c.same_basis ? 1u << COL_BASIS : 0) |
			    (style->brief ? 1u << COL_P : 0);
	bool noise = false, absolute = false;

	for (size_t i = 0; i < v->n_rows; i++) {
		const struct report_row *r = v->rows[i];

		if (!words__in_table(r))
			continue;
		noise |= isfinite(r->noise);
		/* A change from zero has no percentage. */
		absolute |= r->metric->margin_rel == 0 ||
			    (isnan(judgement__effect(&r->j).at) && !isnan(r->j.change));
	}
	if (!noise || style->brief)
		skip |= 1u << COL_NOISE;
	if (style->brief || !absolute)
		skip |= 1u << COL_CHANGE;
	return skip;
}

/* Fill a grid in one of the layouts. `skip`: columns to leave out in addition. Unit and verdict are
 * appended to the metric if they have no column. */
static struct grid lay_out(const struct report *r, const struct view_block *v,
			   const struct table_style *style, bool grouped, size_t gap,
			   unsigned int skip)
{
	struct grid g = {
		.n_cols = COLS,
		.gap = gap,
		.max = style->max,
		.left = LEFT,
		.skip = skipped(v, style) | skip,
	};

	put_headings(&g, r, v->b);
	put_rows(&g, v, grouped);
	return g;
}

/* Try layouts until one fits: widths are known only once the texts are made. If none fits, drop the
 * absolute change. If that does not help, print the label on its own line, then the unit as well,
 * and finally leave columns out. */
void table__print(const struct report *r, const struct view_block *v,
		  const struct table_style *style, FILE *out)
{
	/* From the widest to the narrowest; the first that fits is used. */
	static const struct {
		bool grouped;
		size_t gap;
	} tries[] = { { false, 2 }, { true, 2 }, { false, 1 }, { true, 1 } };
	/* With the label on its own line: columns to move there or to drop. */
	static const unsigned int narrow[] = {
		0,
		1u << COL_UNIT,
		1u << COL_UNIT | 1u << COL_CHANGE,
		1u << COL_UNIT | 1u << COL_CHANGE | 1u << COL_P,
		1u << COL_UNIT | 1u << COL_CHANGE | 1u << COL_P | 1u << COL_VERDICT,
		1u << COL_UNIT | 1u << COL_CHANGE | 1u << COL_P | 1u << COL_VERDICT |
			1u << COL_NOISE | 1u << COL_BASIS,
	};
	bool can_group = is_grouped(v), fold;
	struct grid g = { 0 };

	if (!table__common(v).n_rows)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		if (tries[i].grouped && !can_group)
			continue;
		grid__release(&g);
		g = lay_out(r, v, style, tries[i].grouped, tries[i].gap, 0);
		if (grid__width(&g) <= style->aim)
			break;
	}
	if (grid__width(&g) > style->max) {
		grid__release(&g);
		g = lay_out(r, v, style, can_group, 1, dispensable(v));
	}
	fold = grid__width(&g) > style->max;
	for (size_t i = 0; fold && i < ARRAY_SIZE(narrow); i++) {
		grid__release(&g);
		g = lay_out(r, v, style, false, 1, narrow[i]);
		if (grid__folded_width(&g) <= style->max)
			break;
	}
	grid__print(&g, fold, out);
	grid__release(&g);
}
