/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recent.h - the latest values of a variant, drawn beside the rows of a comparison: from campaigns
 * of the same plan on the same machine, up to the one that is shown.
 */
#ifndef KDUEL_PAGES_RECENT_H
#define KDUEL_PAGES_RECENT_H

#include "reports/history/history.h"
#include "reports/web/page.h"
#include "reports/report/report.h"

#define RECENT_CAMPAIGNS 16 /* as many as fit into a sparkline */

struct recent_stream {
	const struct history_stream *s;
	size_t at; /* index of the point for the campaign that is shown */
};

struct recent {
	struct history *history; /* owned */
	struct recent_stream *list; /* owned */
	size_t n;
	bool several; /* some row has an earlier campaign */
};

/* For the candidate of a block; call recent__release() even on error. */
int recent__load(struct store *st, const struct page_request *req, const struct report *r,
		 const struct report_block *b, struct recent *out, struct err *err);
void recent__release(struct recent *r);

/* The stream of a row; NULL if there is none. */
const struct history_stream *recent__stream(const struct recent *r, const struct report_row *row);
/* The values of a row, oldest first; returns how many, or 0 if there are fewer than two. */
size_t recent__values(const struct recent *r, const struct report_row *row,
		      double v[RECENT_CAMPAIGNS]);

#endif
