/* SPDX-License-Identifier: GPL-2.0-only */
/* resume.h - may a campaign be resumed with the kernels and programs that are here now? */
#ifndef KDUEL_CAMPAIGN_RESUME_H
#define KDUEL_CAMPAIGN_RESUME_H

#include "reports/store/read.h"
#include "runner/campaign/campaign.h"

/* Check that further boots of campaign `old`, prepared as `c`, would have the same kernels, CPUs
 * and counted events as those that are stored; in exact mode, whose figures depend on them, also
 * the same emulator and simulated TLBs. 0; -EINVAL with what differs, and what it was. */
int resume__check(const struct campaign_run *c, const struct campaign *old, struct store *st,
		  struct err *err);

#endif
