/* SPDX-License-Identifier: GPL-2.0-only */
/* compare.h - the report that a request is about. */
#ifndef KDUEL_PAGES_COMPARE_H
#define KDUEL_PAGES_COMPARE_H

#include "reports/pages/table.h"
#include "reports/report/cache.h"

/* Writes all of a page but its end; `r` is NULL when the plan compares nothing. */
typedef int campaign_page_fn(struct store *st, struct html *h, const struct page_request *req,
			     const struct campaign *c, const struct report *r, struct err *err);

/* A page about the campaign that the first part of the path names. */
int compare__page(struct store *st, const struct page_request *req, campaign_page_fn *put,
		  FILE *out, struct err *err);
/* The report of the campaign and the number of the table that a path names: "ID" and "TABLE", from 1.
 * *k is given back by the caller in any case (NULL: there is none). */
int compare__kept_block(struct store *st, const struct page_request *req,
			const struct cached_report **k, size_t *block, struct err *err);
/* The row of a metric (WORKLOAD.SOURCE.METRIC), or NULL with `err`. */
const struct report_row *compare__row(const struct report_block *b, const char *key,
				      struct err *err);

#endif
