/* SPDX-License-Identifier: GPL-2.0-only */
/* find.h - what the parts of a path name: campaigns, boots, rows of a comparison. */
#ifndef KDUEL_WEB_FIND_H
#define KDUEL_WEB_FIND_H

#include "reports/web/page.h"

/* Campaign and boot (its slot in the schedule, from 1) that the first two parts of the path name.
 * On success the caller frees *c, and *b points into it. -ENOENT: there is none. */
int find__boot(struct store *st, const struct page_request *req, struct campaign **c,
	       const struct campaign_boot **b, struct err *err);

#endif
