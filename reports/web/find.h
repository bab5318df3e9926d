/* SPDX-License-Identifier: GPL-2.0-only */
/* find.h - resolves the parts of a path: campaigns, boots, rows of a comparison. */
#ifndef KDUEL_WEB_FIND_H
#define KDUEL_WEB_FIND_H

#include "reports/web/report_cache.h"
#include "reports/web/page.h"

/* Load the campaign and find the boot (slot in the schedule, from 1) named by the first two parts
 * of the path. On success the caller frees *c, and *b points into it. -ENOENT: there is none. */
int find__boot(struct store *st, const struct page_request *req, struct campaign **c,
	       const struct campaign_boot **b, struct err *err);

/* The report of the campaign and the index of the table (from 1 in the path) named by the first two
 * parts of the path. The caller puts *k back even on error; it may be NULL. -ENOENT: there is no
 * such table. */
int find__block(struct store *st, const struct page_request *req, const struct cached_report **k,
		size_t *block, struct err *err);
/* The row of a metric (WORKLOAD.SOURCE.METRIC), or NULL with `err`. */
const struct report_row *find__row(const struct report_block *b, const char *key, struct err *err);

#endif
