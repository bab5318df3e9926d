/* SPDX-License-Identifier: GPL-2.0-only */
/* prepare.h - get everything that the boots of a campaign need. */
#ifndef KDUEL_CAMPAIGN_PREPARE_H
#define KDUEL_CAMPAIGN_PREPARE_H

#include "runner/campaign/campaign.h"

/*
 * Build the schedule; find, download or build QEMU, kernels, root image and initramfs; take the real
 * machine. Boots nothing. With `want` (may be NULL), exactly those packages are used. Changes `plan`,
 * which must live as long as `c`: kernel parameters, and the event numbers of a real machine's CPU.
 * 0, or -errno with a message that names the line of the plan if possible. The caller calls
 * campaign_run__release() in any case.
 */
int campaign_run__prepare(struct campaign_run *c, struct plan *plan, const struct lock *want,
			  const struct campaign_hooks *hooks, struct err *err);
/* Free everything that a campaign owns, and give back its machine. Safe on a zeroed struct. */
void campaign_run__release(struct campaign_run *c);

#endif
