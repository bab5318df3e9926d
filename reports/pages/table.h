/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - a comparison as a table that can be filtered, sorted and opened row by row. */
#ifndef KDUEL_PAGES_TABLE_H
#define KDUEL_PAGES_TABLE_H

#include "reports/web/frame.h"
#include "reports/report/view.h"

/* Where the rows of a block have their own pages: below a campaign's n-th table, or below a
 * comparison of two sides. */
struct block_place {
	const char *campaign; /* UUID; NULL: below /compare */
	size_t n; /* from 1 */
	const char *candidate, *baseline; /* ID.NAME */
	bool fixed; /* rows are chosen by the page: others are left out, nothing is to be sorted */
};

/* URL of the page of a row; the caller frees. */
char *block_place__row(const struct page_request *req, const struct block_place *at,
		       const struct report_row *row);

/* The rows of a block, with those opened that the query names ("open"). */
int table__put(struct store *st, struct html *h, const struct page_request *req,
	       const struct report_view *v, size_t block, const struct block_place *at,
	       struct err *err);
/* What a block says in a sentence or two. */
void table__summary(struct html *h, const struct report_view *v, size_t block);
/* How many rows are hidden, margins, what it takes to decide the undecided. */
void table__notes(struct html *h, const struct report_view *v, size_t block);
/* What the words and signs mean, once a page. */
void table__legend(struct html *h, const struct report_view *v);

#endif
