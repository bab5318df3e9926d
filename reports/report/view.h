/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * view.h - which rows of a report are shown, and in which order.
 *
 * A view points into its report and does not modify it, so one report can serve many views, even in
 * several threads. It affects no number, verdict, count or exit status: the families over which p
 * is adjusted are fixed when the report is built.
 */
#ifndef KDUEL_REPORT_VIEW_H
#define KDUEL_REPORT_VIEW_H

#include "reports/report/report.h"

enum report_sort {
	SORT_PRIMARY, /* the order of report_block.rows */
	SORT_NAME, /* by workload, source and name */
	SORT_SEVERITY, /* worse, better, undecided, unchanged; the largest change first */
	SORT_CHANGE, /* the largest change first; then by severity */
	SORT_P, /* the smallest adjusted p first; then by change */
};

/* All zero: everything, in the order of the report. */
struct report_filter {
	unsigned int only; /* set of 1 << enum verdict; 0: any */
	unsigned int bases; /* set of 1 << enum metric_basis; 0: any */
	struct strvec workloads; /* names; none: any */
	struct strvec metrics; /* shell patterns for METRIC or WORKLOAD/METRIC; none: any */
	bool primary; /* no secondary metrics */
	/* Leave out secondary metrics that did not change, and rows that repeat another row
	 * (echo.h). */
	bool fold;
	/* No more than a screenful: only changed rows of the primary metrics (or of all, if no
	 * primary one has a verdict), the most severe first. */
	bool brief;
	size_t block; /* only this comparison, counted from 1; 0: all */
	/* A workload or pattern that matches no row is not an error: nothing is shown. */
	bool may_miss;
	enum report_sort sort;
};

/* Parse --only: a comma-separated list of "regressions", "improvements", "changes", "small",
 * "inconclusive" and "verdicts", added to f->only. -EINVAL with a message that lists them. */
int report_filter__only(struct report_filter *f, const char *list, struct err *err);
/* Parse --basis: the name of a basis, added to f->bases; "measured-guest" also means "measured
 * (guest)". -EINVAL as above. */
int report_filter__basis(struct report_filter *f, const char *name, struct err *err);
/* Parse --sort: "severity", "name" or "primary". -EINVAL as above. */
int report_filter__sort(struct report_filter *f, const char *name, struct err *err);
void report_filter__release(struct report_filter *f);

/* What a view shows of a block. */
struct view_block {
	const struct report_block *b;
	bool hidden; /* the filter asks for another comparison */
	const struct report_row **all; /* owned: every row of the block, in the order of the view */
	const struct report_row **rows; /* owned: those of `all` that are shown */
	size_t n_rows;
	unsigned int filtered; /* rows that the filter excludes */
	/* Rows that pass the filter but are not shown, since they say nothing new, or do not fit a
	 * brief view. */
	unsigned int folded;
	unsigned int folded_moved; /* of the folded: changed rows that did not fit a brief view */
	unsigned int folded_better; /* of the folded: improvements */
	const struct report_mean **means; /* owned: the means that are shown */
	size_t n_means;
};

struct report_view {
	const struct report *r;
	struct view_block *blocks; /* owned: same order as r->blocks */
	bool brief; /* as in the filter */
	size_t width; /* columns of the output; set by the caller; 0: unknown */
	/* In text, also show whether the boots of both sides overlap; set by the caller. */
	bool ranges;
	/* Published figures to show beside ours; set by the caller, not owned; or NULL. */
	const struct published *published;
};

/* Make a view, which the caller releases. -ENOENT if a block, workload or pattern of the filter
 * matches nothing, which is more likely a typo than intended (unless f->may_miss); then *v is empty
 * and need not be released. */
int report_view__make(const struct report *r, const struct report_filter *f, struct report_view *v,
		      struct err *err);
void report_view__release(struct report_view *v); /* all zero is fine */

#endif
