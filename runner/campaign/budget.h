/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * budget.h - the time that a campaign has: the plan's `budget`, and a time of day by which it must end.
 * Whole blocks are run for as long as the next one fits.
 */
#ifndef KDUEL_CAMPAIGN_BUDGET_H
#define KDUEL_CAMPAIGN_BUDGET_H

#include "runner/campaign/campaign.h"

/* The next moment after `now_ns` (wall clock) at which a clock here shows "06:30". One that summer time
 * skips is the moment of the jump. -EINVAL: no time of day. */
int budget__parse_until(const char *text, uint64_t now_ns, uint64_t *until_ns, struct err *err);
/* Does the campaign have a limit at all? */
bool budget__is_limited(const struct campaign_run *c);
/* What it is, for people, of two limits the nearer: "until 06:30", "budget 6h"; the caller frees. */
char *budget__describe(const struct campaign_run *c);
/* Time that is left, in ns; 0: none. UINT64_MAX: no limit. */
uint64_t budget__left(const struct campaign_run *c);
/* How much of the work a boot is: as long as was expected of it, or one as much as the other. */
double budget__weight(const struct campaign_run *c, size_t slot);
/* What is spent on a unit of weight, in ns, by what was expected; 0: unknown. */
double budget__expected_rate(const struct campaign_run *c);
/* How many blocks will be whole in the end, counted from the first, when the boots that are not done cost
 * `rate` ns for each unit of weight. Without a limit all; with rate 0 one more than are now. */
unsigned int budget__fits(const struct campaign_run *c, double rate);
/* Blocks of the plan, and how many of them are whole now, in any order. */
unsigned int budget__blocks(const struct campaign_run *c);
unsigned int budget__whole(const struct campaign_run *c);
/* Before a campaign starts: fail when not one block would be whole in the end. -EBUSY. */
int budget__check(const struct campaign_run *c, struct err *err);

#endif
