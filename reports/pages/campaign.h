/* SPDX-License-Identifier: GPL-2.0-only */
/* campaign.h - the parts of a campaign's page that are about its boots. */
#ifndef KDUEL_PAGES_CAMPAIGN_H
#define KDUEL_PAGES_CAMPAIGN_H

#include "reports/web/frame.h"

/* The schedule as it ran: each boot a cell that leads to its page. */
void campaign_boots__put(struct html *h, const struct page_request *req, const struct campaign *c);
/* Facts in which the variants differ, from the first good boot of each. */
int campaign_boots__differences(struct store *st, struct html *h, const struct campaign *c,
				struct err *err);

#endif
