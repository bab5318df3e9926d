/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * view.h - which rows of a report are shown, and in which order.
 *
 * A view never changes a number, a verdict, a count or the exit code: what a row is adjusted
 * over is settled before.
 */
#ifndef KDUEL_REPORT_VIEW_H
#define KDUEL_REPORT_VIEW_H

#include "reports/report/report.h"

enum report_sort {
	SORT_PRIMARY, /* as report.h states it */
	SORT_NAME, /* by workload, source and name */
	SORT_SEVERITY, /* worse, better, undecided, unchanged; the largest change first */
};

/* All zero: everything, in the order of the report. */
struct report_filter {
	unsigned int only; /* set of 1 << enum verdict; 0: any */
	unsigned int bases; /* set of 1 << enum metric_basis; 0: any */
	struct strvec workloads; /* names; none: any */
	struct strvec metrics; /* shell patterns for METRIC or WORKLOAD/METRIC; none: any */
	bool primary; /* no secondary metrics */
	bool fold; /* leave out secondary metrics that are neither better nor worse */
	enum report_sort sort;
};

/* Add a comma-separated list of regressions, improvements, changes, inconclusive, verdicts.
 * -EINVAL names the words there are. */
int report_filter__only(struct report_filter *f, const char *list, struct err *err);
/* Add a basis by its name; "measured-guest" will do for "measured (guest)". -EINVAL as above. */
int report_filter__basis(struct report_filter *f, const char *name, struct err *err);
/* "severity", "name" or "primary". -EINVAL as above. */
int report_filter__sort(struct report_filter *f, const char *name, struct err *err);
void report_filter__release(struct report_filter *f);

/* Set what is shown. -ENOENT when a workload or a pattern fits no row of the report: that is
 * a slip of the pen rather than a wish to see nothing. */
int report_view__apply(struct report *r, const struct report_filter *f, struct err *err);

#endif
