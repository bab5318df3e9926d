/* SPDX-License-Identifier: GPL-2.0-only */
/* row.h - everything that is known of one row of a comparison. */
#ifndef KDUEL_PAGES_ROW_H
#define KDUEL_PAGES_ROW_H

#include "reports/pages/table.h"

/* Samples by boot, figures, and how to get them again; between <article> and its end. `alone`: on a page
 * of its own, which says what was compared; else opened in place, inside a table that does. */
int row__put(struct store *st, struct html *h, const struct page_request *req,
	     const struct report *r, size_t block, const struct report_row *row, bool alone,
	     struct err *err);

#endif
