// SPDX-License-Identifier: GPL-2.0-only
/* grid.c - lays out text in columns. */
#include "reports/render/grid.h"
#include "reports/render/para.h"
#include "reports/report/words.h"

#include <stdarg.h>

#define FOLD_INDENT 4

size_t grid__row(struct grid *g)
{
	g->rows = xrealloc(g->rows, g->n_rows + 1, sizeof(*g->rows));
	memset(g->rows[g->n_rows], 0, sizeof(g->rows[0]));
	return g->n_rows++;
}

void grid__put(struct grid *g, size_t row, size_t col, const char *fmt, ...)
{
	char buf[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	free(g->rows[row][col]);
	g->rows[row][col] = words__clean(buf);
}

/* Width on a terminal: counts UTF-8 characters by skipping continuation bytes (10xxxxxx). */
static size_t width_of(const char *s)
{
	size_t n = 0;

	for (; s && *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool is_skipped(const struct grid *g, size_t col)
{
	return g->skip & 1u << col;
}

/* A row with only its first cell is a heading that spans all columns. */
static bool is_heading(const struct grid *g, size_t row)
{
	for (size_t i = 1; i < g->n_cols; i++)
		if (g->rows[row][i])
			return false;
	return true;
}

/* The widest cell. Headings are ignored: they span columns. */
static size_t column_width(const struct grid *g, size_t col)
{
	size_t w = 0;

	for (size_t i = 0; !is_skipped(g, col) && i < g->n_rows; i++) {
		size_t n = width_of(g->rows[i][col]);

		if (n > w && !is_heading(g, i))
			w = n;
	}
	return w;
}

static size_t gap_of(const struct grid *g)
{
	return g->gap ? g->gap : 2;
}

size_t grid__width(const struct grid *g)
{
	size_t w = 0;

	for (size_t i = 0; i < g->n_cols; i++)
		w += is_skipped(g, i) ? 0 : column_width(g, i) + (i ? gap_of(g) : 0);
	return w;
}

size_t grid__folded_width(const struct grid *g)
{
	size_t w = FOLD_INDENT;

	for (size_t i = 1; i < g->n_cols; i++)
		w += is_skipped(g, i) ? 0 : column_width(g, i) + gap_of(g);
	return w - gap_of(g);
}

/* Print a row from column `first` on, without trailing blanks. */
static void print_cells(const struct grid *g, size_t row, size_t first, const int *width, FILE *out)
{
	int pending = 0; /* blanks to write before the next cell, if there is one */

	for (size_t i = first; i < g->n_cols; i++) {
		const char *s = g->rows[row][i] ? g->rows[row][i] : "";
		int blank = width[i] - (int)width_of(s);
		bool left = g->left & (1u << i);

		if (is_skipped(g, i))
			continue;
		if (*s)
			fprintf(out, "%*s%s", pending + (left ? 0 : blank), "", s);
		pending = (*s ? (left ? blank : 0) : pending + width[i]) + (int)gap_of(g);
	}
	fputc('\n', out);
}

/* Print a cell on its own line, wrapped if it is too long. */
static void print_cell(const struct grid *g, const char *s, FILE *out)
{
	struct para p = { .out = out, .width = g->max, .indent = FOLD_INDENT / 2 };

	if (!g->max || width_of(s) <= g->max) {
		fprintf(out, "%s\n", s ? s : "");
		return;
	}
	para__add(&p, "%s", s);
	para__end(&p);
}

/* When folded, the first cell has its own line, and the others are indented below it. */
void grid__print(const struct grid *g, bool folded, FILE *out)
{
	int width[GRID_COLS];

	for (size_t i = 0; i < g->n_cols; i++)
		width[i] = (int)column_width(g, i);
	for (size_t i = 0; i < g->n_rows; i++) {
		bool heading = is_heading(g, i);

		if (heading || folded)
			print_cell(g, g->rows[i][0], out);
		if (heading)
			continue;
		fprintf(out, "%*s", folded ? FOLD_INDENT : 0, "");
		print_cells(g, i, folded ? 1 : 0, width, out);
	}
}

void grid__release(struct grid *g)
{
	for (size_t i = 0; i < g->n_rows; i++)
		for (size_t k = 0; k < GRID_COLS; k++)
			free(g->rows[i][k]);
	free(g->rows);
	g->rows = NULL;
	g->n_rows = 0;
}
