/* SPDX-License-Identifier: GPL-2.0-only */
/* run.h - run the boots of a campaign. */
#ifndef KDUEL_CAMPAIGN_RUN_H
#define KDUEL_CAMPAIGN_RUN_H

#include "runner/campaign/campaign.h"

/*
 * Run every slot that is not done, and store each boot as soon as it ends. The hooks are called in the
 * caller's thread. 0; -EINTR: stopped by the user; -ECANCELED: a boot failed and the plan says
 * stop_on_failure; -EBADMSG: an exact boot did not repeat; -EBUSY: the host or the machine failed
 * boots; -ENODATA: the time budget was used up before one block was complete; -ESTALE: another kduel
 * has taken the campaign over; or another -errno.
 */
int campaign_run__go(struct campaign_run *c, struct store *st, const struct campaign_hooks *hooks,
		     struct err *err);

#endif
