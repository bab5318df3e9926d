/* SPDX-License-Identifier: GPL-2.0-only */
/* row.h - everything known about one row of a comparison. */
#ifndef KDUEL_PAGES_ROW_H
#define KDUEL_PAGES_ROW_H

#include "reports/pages/table.h"

/* An <article> with samples by boot, figures and how to reproduce them. `alone`: on its own page,
 * which also has to say what was compared; otherwise it opens inside a table that does. 0 or
 * -errno. */
int row__put(struct store *st, struct html *h, const struct page_request *req,
	     const struct report *r, size_t block, const struct report_row *row, bool alone,
	     struct err *err);

#endif
