/* SPDX-License-Identifier: GPL-2.0-only */
/* repeat.h - exact mode's own check: boots that repeat others must count the same. */
#ifndef KDUEL_CAMPAIGN_REPEAT_H
#define KDUEL_CAMPAIGN_REPEAT_H

#include "runner/campaign/campaign.h"

/* After the boot of `slot` was stored: if it repeats another one or was repeated, and both have
 * ended well, compare them. 0; -EBADMSG when they differ, and `err` says where and in what;
 * -errno of the store. */
int repeat__check(const struct campaign_run *c, struct store *st, const struct schedule_slot *slot,
		  struct err *err);
/* The same for all slots that earlier runs of the campaign have done. */
int repeat__check_all(const struct campaign_run *c, struct store *st, struct err *err);

#endif
