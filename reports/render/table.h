/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - the judged rows of a block as columns of text. */
#ifndef KDUEL_RENDER_TABLE_H
#define KDUEL_RENDER_TABLE_H

#include "reports/report/view.h"

struct table_style {
	size_t aim, max; /* columns: what is tried for, and what is exceeded only by long names */
	bool brief; /* neither the absolute change, nor p, nor the noise */
};

/* What all rows of the table share and is therefore said once, above it. */
struct table_common {
	size_t n_rows;
	bool same_n, same_basis;
	size_t n_a, n_b;
	enum metric_basis basis;
};

struct table_common table__common(const struct view_block *v);
/* Write the table; nothing when no judged row is shown. */
void table__print(const struct report *r, const struct view_block *v,
		  const struct table_style *style, FILE *out);

#endif
