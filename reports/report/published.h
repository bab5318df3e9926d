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
	char *workload, *source,
		*metric; /* of the row; source is the workload unless it is given */
	double lo, hi; /* per cent; equal when one figure was published */
	char *how; /* size and parameters */
	struct strvec at; /* the parameters that decide, "size=100G"; none: not stated, or fixed */
	char *elsewhere; /* which of them are others here, "size 32M, published 100G"; or NULL */
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

/* The figure that belongs to a row, or NULL. */
const struct published_figure *published__find(const struct published *p,
					       const struct report_row *row);
/* The rows of a block that have one, shown or not, below each other with ours; nothing when `p` is
 * NULL. */
void published__print(const struct published *p, const struct view_block *v, bool markdown,
		      FILE *out);

#endif
