/* SPDX-License-Identifier: GPL-2.0-only */
/* resume.h - may a campaign go on with what is here now? */
#ifndef KDUEL_CAMPAIGN_RESUME_H
#define KDUEL_CAMPAIGN_RESUME_H

#include "reports/store/read.h"
#include "runner/campaign/campaign.h"

/* Boots of one campaign have the same kernels and CPUs and count the same events, and in exact mode,
 * whose figures depend on them, have the same emulator and simulated TLBs. `c` is prepared to go on
 * with `old`. 0; -EINVAL: what differs from the boots that are stored, and what it was there. */
int resume__check(const struct campaign_run *c, const struct campaign *old, struct store *st,
		  struct err *err);

#endif
