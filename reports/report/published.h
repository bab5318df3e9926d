/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * published.h - figures that others have published, to be shown beside ours.
 *
 * They are changes in per cent of the metric itself (a time that fell is negative), of a
 * candidate and a baseline, a machine and a size of their own: no verdict rests on them.
 */
#ifndef KDUEL_REPORT_PUBLISHED_H
#define KDUEL_REPORT_PUBLISHED_H

#include "reports/report/view.h"

struct published_figure {
	char *name; /* for people: "hackbench/time" */
	char *workload; /* NULL: none of ours is like it */
	/* The rows of ours that it stands beside, "SOURCE/METRIC"; several where the metric is
	 * not stated exactly. */
	struct strvec rows;
	double lo, hi; /* per cent; equal when one figure was published */
	char *how; /* size and parameters */
	struct strvec at; /* the parameters that decide, "size=100G"; none: not stated, or fixed */
	char *elsewhere; /* which of them are others here, "size 32M, published 100G"; or NULL */
	char *differs; /* why ours never is the same measurement, or NULL */
	char *from; /* where it stands */
};

struct published {
	struct published_figure *v;
	size_t n;
	/* As the member of a figure, for one campaign. Whoever can read plans sets it; NULL: nobody
	 * knows. Caller frees. */
	char *(*elsewhere)(const struct published_figure *f, const struct campaign *c);
	char *trouble; /* owned: why the table could not be read; NULL: it was */
};

/* The figure that belongs to a row, or NULL. Of those for several sizes the one that campaign `c`
 * has (NULL: as the figures' `elsewhere` say), else the first. */
const struct published_figure *
published__find(const struct published *p, const struct report_row *row, const struct campaign *c);
/* Why a row of ours that stands beside a figure is not the same measurement, or NULL; `elsewhere`
 * as in the figure. Caller frees. */
char *published__row_differs(const struct published_figure *f, const struct report_row *row,
			     const char *elsewhere);
/* The same of the figure with all its rows in a block, among them that none was measured. */
char *published__differs(const struct published_figure *f, const struct view_block *v);
/* One line for each figure, with ours beside it; nothing when `p` is NULL. `first`: the figures
 * that have nothing beside them as well. */
void published__print(const struct published *p, const struct view_block *v, bool first,
		      bool markdown, FILE *out);

#endif
