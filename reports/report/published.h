/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * published.h - published figures, shown beside ours.
 *
 * A figure is the change of the metric itself in per cent (negative for a time that fell), between
 * a candidate and a baseline, on a machine and with a size that are not ours. No verdict depends on
 * it.
 */
#ifndef KDUEL_REPORT_PUBLISHED_H
#define KDUEL_REPORT_PUBLISHED_H

#include "reports/report/view.h"

struct published_figure {
	char *name; /* for people: "hackbench/time" */
	char *workload; /* NULL: none of our workloads corresponds */
	/* Matching rows as "SOURCE/METRIC"; several if the publication does not say exactly which
	 * metric. */
	struct strvec rows;
	double lo, hi; /* per cent; equal when one figure was published */
	char *how; /* size and parameters */
	/* Parameters that must match, such as "size=100G"; empty: not stated, or fixed. */
	struct strvec at;
	/* Those of `at` that differ here: "size 32M, published 100G"; NULL: none. */
	char *elsewhere;
	char *differs; /* why ours is never the same measurement; NULL: it can be */
	char *from; /* the publication */
};

struct published {
	struct published_figure *v;
	size_t n;
	/* As published_figure.elsewhere, for one campaign; the caller frees the result. Set by code
	 * that can read plans; NULL: unknown. */
	char *(*elsewhere)(const struct published_figure *f, const struct campaign *c);
	char *trouble; /* owned: why the table could not be read, or NULL */
};

/* The figure that matches a row, or NULL. If there are several, for different sizes, prefer the one
 * that matches the parameters of campaign `c` (NULL: go by the figures' `elsewhere`), otherwise
 * return the first. */
const struct published_figure *
published__find(const struct published *p, const struct report_row *row, const struct campaign *c);
/* Why a row that matches a figure is not the same measurement, or NULL if it is. `elsewhere` as in
 * the figure; may be NULL. Caller frees. */
char *published__row_differs(const struct published_figure *f, const struct report_row *row,
			     const char *elsewhere);
/* The same for a figure and all matching rows of a block; there may be none. Caller frees. */
char *published__differs(const struct published_figure *f, const struct view_block *v);
/* Print the figures with the matching rows of a block; nothing if `p` is NULL. `first`: include
 * figures without a matching row. */
void published__print(const struct published *p, const struct view_block *v, bool first,
		      bool markdown, FILE *out);

#endif
