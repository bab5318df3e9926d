/* SPDX-License-Identifier: GPL-2.0-only */
/* prepare_test.h - the kernel's test module, where a workload needs it and the kernel lacks it. */
#ifndef KDUEL_CAMPAIGN_PREPARE_TEST_H
#define KDUEL_CAMPAIGN_PREPARE_TEST_H

#include "runner/campaign/campaign.h"

/* Build the module of workload vmalloc for those of the plan's kernels that are Debian's. What the
 * archive does not have the headers of is no mistake, but noted: there the workload says that
 * it is not supported. 0 or -errno. */
int prepare__test_modules(struct campaign_run *c, const struct lock *want,
			  const struct campaign_hooks *hooks, struct err *err);

#endif
