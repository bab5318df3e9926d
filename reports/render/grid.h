/* SPDX-License-Identifier: GPL-2.0-only */
/* grid.h - a table of text cells whose columns are as wide as they need to be. */
#ifndef KDUEL_RENDER_GRID_H
#define KDUEL_RENDER_GRID_H

#include "lib/base.h"

#define GRID_COLS 12

struct grid {
	size_t n_cols;
	size_t gap; /* blanks between columns; 0 counts as 2 */
	size_t max; /* width at which a cell on its own line is wrapped; 0: never */
	unsigned int left; /* bit i: column i is flush left */
	unsigned int skip; /* bit i: column i is not shown */
	char *(*rows)[GRID_COLS]; /* a row with only cell 0 is a heading across the table */
	size_t n_rows;
};

/* Append an empty row and return its index. Cells that are not set print as blanks. */
size_t grid__row(struct grid *g);
/* Set a cell to formatted text of up to 511 bytes; control characters become '?'. */
void grid__put(struct grid *g, size_t row, size_t col, const char *fmt, ...) __printf(4, 5);
/* Width of the widest line, not counting headings. */
size_t grid__width(const struct grid *g);
/* The same when folded, not counting the lines of the first cells. */
size_t grid__folded_width(const struct grid *g);
/* Print all rows. `folded`: cell 0 gets its own line above the rest of the row. */
void grid__print(const struct grid *g, bool folded, FILE *out);
void grid__release(struct grid *g);

#endif
