/* SPDX-License-Identifier: GPL-2.0-only */
/* schedule.h - the parts of a campaign's page that are about boots. */
#ifndef KDUEL_PAGES_SCHEDULE_H
#define KDUEL_PAGES_SCHEDULE_H

#include "reports/web/frame.h"

/* The schedule as it ran: one cell per boot, linked to its page. */
void schedule__put_boots(struct html *h, const struct page_request *req, const struct campaign *c);
/* "7 of 30 boots are done, 2 failed; about 40m00s left", extrapolated from the boots so far, as
 * pages must not depend on the clock. The caller frees. */
char *schedule__progress(const struct campaign *c);
/* A table of the facts that differ between variants, from the first good boot of each. 0 or
 * -errno. */
int schedule__put_differences(struct store *st, struct html *h, const struct campaign *c,
			      struct err *err);

#endif
