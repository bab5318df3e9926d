/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recent.h - the last figures of a variant, to be drawn beside the rows of a comparison: of the
 * campaigns of the same plan on the same machine, up to the one that is shown.
 */
#ifndef KDUEL_PAGES_RECENT_H
#define KDUEL_PAGES_RECENT_H

#include "reports/history/history.h"
#include "reports/web/page.h"
#include "reports/report/report.h"

#define RECENT_CAMPAIGNS 16 /* as many as a line of that width can show */

struct recent_stream {
	const struct history_stream *s;
	size_t at; /* the point of the campaign that is shown */
};

struct recent {
	struct history *history; /* owned */
	struct recent_stream *list; /* owned */
	size_t n;
	bool several; /* some row has a campaign before */
};

/* Of the candidate of a block; recent__release() in any case. */
int recent__load(struct store *st, const struct page_request *req, const struct report *r,
		 const struct report_block *b, struct recent *out, struct err *err);
void recent__release(struct recent *r);

/* The figures of a row of that block, oldest first; returns how many, 0: fewer than two. */
/* The series that they are of; NULL: there is none. */
const struct history_stream *recent__stream(const struct recent *r, const struct report_row *row);
size_t recent__values(const struct recent *r, const struct report_row *row,
		      double v[RECENT_CAMPAIGNS]);

#endif
