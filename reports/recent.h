/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recent.h - the last figures of a variant, to be drawn beside the rows of a comparison: of the
 * campaigns of the same plan on the same machine, up to the one that is shown.
 */
#ifndef KDUEL_RECENT_H
#define KDUEL_RECENT_H

#include "reports/report.h"

#define RECENT_CAMPAIGNS 16 /* as many as a line of that width can show */

struct recent_series {
	int64_t series;
	double v[RECENT_CAMPAIGNS]; /* medians of the boots' medians, oldest first */
	size_t n;
};

struct recent {
	struct recent_series *list; /* by series; owned */
	size_t n;
	size_t points; /* of the longest */
};

/* Of the candidate of a block; recent__release() in any case. */
int recent__load(struct store *st, const struct report *r, const struct report_block *b,
		 struct recent *out, struct err *err);
void recent__release(struct recent *r);

/* The figures of a row of that block, or NULL: fewer than two. */
const struct recent_series *recent__find(const struct recent *r, const struct report_block *b,
					 const struct report_row *row);

#endif
