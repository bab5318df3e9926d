/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * budget.h - the time limits of a campaign: the plan's `budget`, and a time of day by which it must
 * end. A block is begun only if it fits into the remaining time.
 */
#ifndef KDUEL_CAMPAIGN_BUDGET_H
#define KDUEL_CAMPAIGN_BUDGET_H

#include "runner/campaign/campaign.h"

/* The next time after `now_ns` at which local time is `text` ("06:30"), both in ns since the epoch. If
 * the change to summer time skips it, the time of that change. 0, or -EINVAL if it is not a time of
 * day. */
int budget__parse_until(const char *text, uint64_t now_ns, uint64_t *until_ns, struct err *err);
/* Does the campaign have a limit at all? */
bool budget__is_limited(const struct campaign_run *c);
/* Describe the limit that is reached first: "until 06:30", "budget 6h". The caller frees. */
char *budget__describe(const struct campaign_run *c);
/* The remaining time in ns; UINT64_MAX: no limit. */
uint64_t budget__left(const struct campaign_run *c);
/* The weight of a boot in time estimates: its expected duration in ns, or 1 for each if unknown. */
double budget__weight(const struct campaign_run *c, size_t slot);
/* The expected time in ns per unit of weight; 0: unknown. */
double budget__expected_rate(const struct campaign_run *c);
/* How many blocks, counted from the first, will be complete when the time is over, if the remaining
 * boots take `rate` ns per unit of weight. Without a limit, all; if `rate` is 0 (unknown), one more
 * than are complete now. */
unsigned int budget__fits(const struct campaign_run *c, double rate);
/* The number of blocks in the schedule. */
unsigned int budget__blocks(const struct campaign_run *c);
/* The number of blocks that are complete now, not necessarily the first ones. */
unsigned int budget__whole(const struct campaign_run *c);
/* Before a campaign starts: -EBUSY if not even one block would be complete in time; else 0. */
int budget__check(const struct campaign_run *c, struct err *err);

#endif
