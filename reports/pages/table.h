/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - a comparison as a table whose rows can be filtered, sorted and opened. */
#ifndef KDUEL_PAGES_TABLE_H
#define KDUEL_PAGES_TABLE_H

#include "reports/web/frame.h"
#include "reports/report/view.h"

/* Where the pages of a block's rows are: below the n-th table of a campaign, or below a comparison
 * of two sides. */
struct block_place {
	const char *campaign; /* UUID; NULL: below /compare */
	size_t n; /* from 1 */
	const char *candidate, *baseline; /* ID.NAME */
	bool fixed; /* the page selects the rows: others are left out, and there is no sorting */
};

/* URL of a row's page; the caller frees. */
char *block_place__row(const struct page_request *req, const struct block_place *at,
		       const struct report_row *row);

/* The table of a block; rows named in the query ("open") are opened. 0 or -errno. */
int table__put(struct store *st, struct html *h, const struct page_request *req,
	       const struct report_view *v, size_t block, const struct block_place *at,
	       struct err *err);
/* A summary of the block in a sentence or two. */
void table__summary(struct html *h, const struct report_view *v, size_t block);
/* Number of hidden rows, margins, and what it takes to decide the undecided rows. */
void table__notes(struct html *h, const struct report_view *v, size_t block);
/* Explains words and signs, once per page. */
void table__legend(struct html *h, const struct report_view *v);

#endif
