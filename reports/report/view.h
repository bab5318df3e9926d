/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * view.h - which rows of a report are shown, and in which order.
 *
 * A view points into its report and leaves it as it is, so that one report serves many views, also
 * of several threads. It changes no number, no verdict, no count and no exit code: what p is
 * adjusted over is settled when the report is built.
 */
#ifndef KDUEL_REPORT_VIEW_H
#define KDUEL_REPORT_VIEW_H

#include "reports/report/report.h"

enum report_sort {
	SORT_PRIMARY, /* as report.h states it */
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
	/* Leave out secondary metrics that are neither better nor worse, and rows that say what
	 * another row says (echo.h). */
	bool fold;
	/* One screen: only rows that moved, of the metrics that the report is about (the primary ones,
	 * or all where those have no verdict), the weightiest first, and no more than fit. */
	bool brief;
	size_t block; /* only this comparison, counted from 1; 0: all */
	/* A workload or a pattern that fits no row of the report is no error: nothing is shown. */
	bool may_miss;
	enum report_sort sort;
};

/* Add a comma-separated list of regressions, improvements, changes, small, inconclusive,
 * verdicts.
 * -EINVAL names the words there are. */
int report_filter__only(struct report_filter *f, const char *list, struct err *err);
/* Add a basis by its name; "measured-guest" will do for "measured (guest)". -EINVAL as above. */
int report_filter__basis(struct report_filter *f, const char *name, struct err *err);
/* "severity", "name" or "primary". -EINVAL as above. */
int report_filter__sort(struct report_filter *f, const char *name, struct err *err);
void report_filter__release(struct report_filter *f);

/* What is shown of a block. */
struct view_block {
	const struct report_block *b;
	bool hidden; /* another comparison was asked for */
	const struct report_row **all; /* owned: every row of the block, in the order of the view */
	const struct report_row **rows; /* owned: of these, the ones that are shown */
	size_t n_rows; /* that are shown */
	unsigned int filtered; /* rows that were not asked for */
	/* Rows that are not shown because they say nothing new: secondary metrics without a change,
	 * or better ones among many changes. */
	unsigned int folded;
	unsigned int folded_moved; /* of those folded: in a brief view, rows that moved */
	unsigned int folded_better; /* of those folded */
	const struct report_mean **means; /* owned: those that are shown */
	size_t n_means;
};

struct report_view {
	const struct report *r;
	struct view_block *blocks; /* owned: as r->blocks */
	bool brief; /* as in the filter */
	size_t width; /* columns of what it is shown on; set by the caller; 0: not known */
	bool ranges; /* whether boots overlap is shown as well, in text; set by the caller */
	/* Figures of others to be shown beside ours; set by the caller, not owned; or NULL. */
	const struct published *published;
};

/* Make a view, which the caller releases. -ENOENT when there is no such block, or a workload or a
 * pattern fits no row of the report (unless it may miss): more likely a typing error than a wish to see nothing. Then *v is
 * empty and need not be released. */
int report_view__make(const struct report *r, const struct report_filter *f, struct report_view *v,
		      struct err *err);
void report_view__release(struct report_view *v); /* all zero is fine */

#endif
