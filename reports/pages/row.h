/* SPDX-License-Identifier: GPL-2.0-only */
/* row.h - everything that is known of one row of a comparison. */
#ifndef KDUEL_PAGES_ROW_H
#define KDUEL_PAGES_ROW_H

#include "reports/pages/table.h"

/* Samples by boot, figures, and how to get them again; between <article> and its end. */
int row__put(struct store *st, struct html *h, const struct page_request *req,
	     const struct report *r, size_t block, const struct report_row *row, struct err *err);

#endif
