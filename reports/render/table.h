/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - the judged rows of a block as a text table. */
#ifndef KDUEL_RENDER_TABLE_H
#define KDUEL_RENDER_TABLE_H

#include "reports/report/view.h"

struct table_style {
	size_t aim, max; /* width to aim for, and limit that only long names exceed */
	bool brief; /* without absolute change, p and noise */
};

/* What all rows of a table have in common, to be printed once above it. Values are valid if same_n
 * or same_basis is set. */
struct table_common {
	size_t n_rows;
	bool same_n, same_basis;
	size_t n_a, n_b;
	enum metric_basis basis;
};

/* Find what the rows of a view have in common. */
struct table_common table__common(const struct view_block *v);
/* Print the table; nothing if the view has no judged row. */
void table__print(const struct report *r, const struct view_block *v,
		  const struct table_style *style, FILE *out);

#endif
