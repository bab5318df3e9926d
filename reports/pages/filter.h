/* SPDX-License-Identifier: GPL-2.0-only */
/* filter.h - the form that selects the rows of a comparison; reports/web/rows.h evaluates it. */
#ifndef KDUEL_PAGES_FILTER_H
#define KDUEL_PAGES_FILTER_H

#include "reports/report/report.h"
#include "reports/web/frame.h"

void filter__form(struct html *h, const struct page_request *req, const struct report *r);
/* The fields that select campaigns, and a button; page__campaign_filter() evaluates them. */
void filter__campaigns(struct html *h, const struct query *q);

#endif
