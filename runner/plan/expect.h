/* SPDX-License-Identifier: GPL-2.0-only */
/* expect.h - the part `expect` of a variant: what must hold in each of its boots. */
#ifndef KDUEL_PLAN_EXPECT_H
#define KDUEL_PLAN_EXPECT_H

#include "runner/plan/plan.h"

struct plan_ctx;

/* Read `expect` of every variant. Call it after workloads and collectors, whose metrics it may
 * name, and after plan_compare__read(), which sets the baseline. */
void plan_expect__read(struct plan_ctx *ctx);
/* Can this expectation be checked in a boot that runs only workload number `workload` (-1: all
 * workloads)? False for an EXPECT_METRIC that such a boot does not measure. */
bool plan_expect__applies(const struct plan *plan, const struct plan_expect *e, int workload);
/* Does `value` meet the expectation? For EXPECT_METRIC only. */
bool plan_expect__holds(const struct plan_expect *e, double value);

#endif
