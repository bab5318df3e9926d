/* SPDX-License-Identifier: GPL-2.0-only */
/* needs.h - what a plan needs of its kernels: of target, workloads and collectors together. */
#ifndef KDUEL_CAMPAIGN_NEEDS_H
#define KDUEL_CAMPAIGN_NEEDS_H

#include "runner/campaign/campaign.h"

/* Does the kernel of this variant have what the plan needs? -EINVAL with each symbol that is missing and
 * why it is needed; what is only wanted, or not known, is noted. */
int campaign_needs__check(const struct campaign_run *c, size_t variant,
			  const struct campaign_hooks *hooks, struct err *err);
/* Append the modules that the agent loads before it can mount its root and talk to kduel: those that a
 * kernel of the plan has as modules. */
void campaign_needs__modules(const struct campaign_run *c, struct strvec *out);

#endif
