/* SPDX-License-Identifier: GPL-2.0-only */
/* resume.h - can a campaign be resumed with the current kernels and programs? */
#ifndef KDUEL_CAMPAIGN_RESUME_H
#define KDUEL_CAMPAIGN_RESUME_H

#include "reports/store/read.h"
#include "runner/campaign/campaign.h"

/* Check that further boots of campaign `old`, prepared as `c`, would use the same kernels, CPUs, PMU
 * events and parameters of workloads as the stored boots; in exact mode also the same emulator and
 * simulated TLBs, which affect its figures. 0, or -EINVAL with what differs; or -errno of the
 * store. */
int resume__check(const struct campaign_run *c, const struct campaign *old, struct store *st,
		  struct err *err);

#endif
