/* SPDX-License-Identifier: GPL-2.0-only */
/* open.h - from the names of campaigns and variants to the report that compares them. */
#ifndef KDUEL_REPORT_OPEN_H
#define KDUEL_REPORT_OPEN_H

#include "reports/report/report.h"

/* Compare what the plan of a campaign declares. Where it declares nothing: -EINVAL, or, unless
 * `none` is NULL, 0 with *r NULL and the campaign in *none, which the caller frees. */
int report__open(struct store *st, const char *campaign, struct report **r, struct dataset **none,
		 struct err *err);
/* The same for who shows no more than its finding: rows have verdicts, but no diagnosis and no note that comes
 * from it. */
int report__open_verdicts(struct store *st, const char *campaign, struct report **r,
			  struct dataset **none, struct err *err);
/* Compare two sides, written as for dataset__load_sides(), with its errors. */
int report__open_sides(struct store *st, const char *candidate, const char *baseline,
		       struct report **r, struct err *err);
/* The same of sides that are written "ID[,ID...].NAME", as in addresses of pages. -EINVAL: one is
 * not. */
int report__open_pair(struct store *st, const char *candidate, const char *baseline,
		      struct report **r, struct err *err);

#endif
