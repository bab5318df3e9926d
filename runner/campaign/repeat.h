/* SPDX-License-Identifier: GPL-2.0-only */
/* repeat.h - exact mode's self-check: a boot that repeats another must have the same counts. */
#ifndef KDUEL_CAMPAIGN_REPEAT_H
#define KDUEL_CAMPAIGN_REPEAT_H

#include "runner/campaign/campaign.h"

/* Call it after the boot of `slot` was stored. If it is one of a pair of repeats, and both boots
 * succeeded, compare them. 0; -EBADMSG if they differ, with the difference in `err`; or -errno of
 * the store. */
int repeat__check(const struct campaign_run *c, struct store *st, const struct schedule_slot *slot,
		  struct err *err);
/* Do this for all pairs that earlier runs of the campaign have completed. */
int repeat__check_all(const struct campaign_run *c, struct store *st, struct err *err);

#endif
