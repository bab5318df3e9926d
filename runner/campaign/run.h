/* SPDX-License-Identifier: GPL-2.0-only */
/* run.h - run the boots of a campaign. */
#ifndef KDUEL_CAMPAIGN_RUN_H
#define KDUEL_CAMPAIGN_RUN_H

#include "runner/campaign/campaign.h"

/* Run every slot that is not done, each stored as soon as it ends. 0; -EINTR when stopped;
 * -ECANCELED when a boot failed and the plan says to stop; -EBADMSG when an exact boot did not
 * repeat; or -errno when the store failed. The hooks are called from the caller's thread. */
int campaign_run__go(struct campaign_run *c, struct store *st, const struct campaign_hooks *hooks,
		     struct err *err);

#endif
