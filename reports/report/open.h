/* SPDX-License-Identifier: GPL-2.0-only */
/* open.h - builds the report that compares the named campaigns or variants. */
#ifndef KDUEL_REPORT_OPEN_H
#define KDUEL_REPORT_OPEN_H

#include "reports/report/report.h"

/* Compare what the plan of a campaign declares; the caller frees *r. If the plan declares no
 * comparison: with `none`, 0 and the campaign in *none (which the caller frees), with *r NULL;
 * without it, -EINVAL or -ENODATA as for report__build(). */
int report__open(struct store *st, const char *campaign, struct report **r, struct dataset **none,
		 struct err *err);
/* The same without the diagnosis of rows and the notes based on it, for callers that only show the
 * conclusion. */
int report__open_verdicts(struct store *st, const char *campaign, struct report **r,
			  struct dataset **none, struct err *err);
/* Compare two sides, written as for dataset__load_sides() and with the same errors. */
int report__open_sides(struct store *st, const char *candidate, const char *baseline,
		       struct report **r, struct err *err);
/* The same with sides written "ID[,ID...].NAME", as in URLs of pages. -EINVAL if one is
 * malformed. */
int report__open_pair(struct store *st, const char *candidate, const char *baseline,
		      struct report **r, struct err *err);

#endif
