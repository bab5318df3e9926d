/* SPDX-License-Identifier: GPL-2.0-only */
/* overview.h - what the overview says of time: machines, open changes, a line a metric. */
#ifndef KDUEL_PAGES_OVERVIEW_H
#define KDUEL_PAGES_OVERVIEW_H

#include "reports/web/frame.h"

int overview__history(struct store *st, struct html *h, const struct page_request *req,
		      struct err *err);

#endif
