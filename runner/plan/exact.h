/* SPDX-License-Identifier: GPL-2.0-only */
/* exact.h - the keys `exact`, `parallel`, `profile` and `tlb` of a plan. */
#ifndef KDUEL_PLAN_EXACT_H
#define KDUEL_PLAN_EXACT_H

struct plan_ctx;

/* Read `tlb`: the cores whose TLBs are simulated. */
void plan_tlb__read(struct plan_ctx *ctx);
/* Add the collectors that exact mode implies; before margins, which may name their metrics. */
void plan_exact__collectors(struct plan_ctx *ctx);
/* Read `parallel` and `profile`, and check what it and `exact` require of the rest of the plan, which must
 * have been read. */
void plan_exact__check(struct plan_ctx *ctx);

#endif
