/* SPDX-License-Identifier: GPL-2.0-only */
/* grid.h - a table of text cells whose columns are as wide as they need to be. */
#ifndef KDUEL_RENDER_GRID_H
#define KDUEL_RENDER_GRID_H

#include "lib/base.h"

#define GRID_COLS 12

struct grid {
	size_t n_cols;
	size_t gap; /* blanks between columns; 0 counts as 2 */
	size_t max; /* a cell that has a line of its own is broken behind as many columns; 0: nowhere */
	unsigned int left; /* bit i: column i is flush left */
	unsigned int skip; /* bit i: column i is not shown */
	char *(*rows)[GRID_COLS]; /* a row with only cell 0 is a heading across the table */
	size_t n_rows;
};

/* Append a row; missing cells stay empty. */
size_t grid__row(struct grid *g);
/* Set a cell of a row to formatted text; control characters become '?'. */
void grid__put(struct grid *g, size_t row, size_t col, const char *fmt, ...) __printf(4, 5);
/* Columns of the widest line, headings not counted. */
size_t grid__width(const struct grid *g);
/* The same of folded lines, their labels not counted. */
size_t grid__folded_width(const struct grid *g);
/* Write all rows; with `folded` cell 0 gets a line of its own above the rest. */
void grid__print(const struct grid *g, bool folded, FILE *out);
void grid__release(struct grid *g);

#endif
