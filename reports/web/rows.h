/* SPDX-License-Identifier: GPL-2.0-only */
/* rows.h - which rows of a report a query asks for, and in which order. */
#ifndef KDUEL_WEB_ROWS_H
#define KDUEL_WEB_ROWS_H

#include "reports/report/view.h"
#include "reports/web/query.h"

/* The view that a query asks for (only, workload, basis, metric, primary, all, sort); the caller
 * releases it. `may_fold`: leave out unchanged secondary rows, unless the query has "all". A filter
 * that matches no row gives an empty view; -EINVAL: unknown value. */
int rows__view(const struct report *r, const struct query *q, bool may_fold, struct report_view *v,
	       struct err *err);

#endif
