/* SPDX-License-Identifier: GPL-2.0-only */
/* needs.h - what a plan needs from its kernels: for the target, the workloads and the collectors. */
#ifndef KDUEL_CAMPAIGN_NEEDS_H
#define KDUEL_CAMPAIGN_NEEDS_H

#include "runner/campaign/campaign.h"

/* Check that the kernel of this variant has what the plan needs. 0, or -EINVAL with each missing
 * config symbol and why it is needed. Optional symbols that are missing, and symbols that could not
 * be checked, are only noted. */
int campaign_needs__check(const struct campaign_run *c, size_t variant,
			  const struct campaign_hooks *hooks, struct err *err);
/* Append the modules that the agent must load to mount its root and to talk to kduel; only those that
 * at least one kernel of the plan has as a module. */
void campaign_needs__modules(const struct campaign_run *c, struct strvec *out);

#endif
