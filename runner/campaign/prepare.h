/* SPDX-License-Identifier: GPL-2.0-only */
/* prepare.h - get everything that the boots of a campaign need. */
#ifndef KDUEL_CAMPAIGN_PREPARE_H
#define KDUEL_CAMPAIGN_PREPARE_H

#include "runner/campaign/campaign.h"

/* Build the schedule, and find, download or build QEMU, kernels, root image and initramfs; with
 * `want` exactly those packages. Nothing boots. 0 or -errno with `err`, which names the plan's line
 * where it can. On a real machine collector perf gets the event numbers of its CPU in `plan`. */
int campaign_run__prepare(struct campaign_run *c, struct plan *plan, const struct lock *want,
			  const struct campaign_hooks *hooks, struct err *err);
/* Free all that a campaign owns; zero-initialised is fine. */
void campaign_run__release(struct campaign_run *c);

#endif
