/* SPDX-License-Identifier: GPL-2.0-only */
/* exact.h - the keys `exact`, `parallel`, `profile` and `tlb` of a plan. */
#ifndef KDUEL_PLAN_EXACT_H
#define KDUEL_PLAN_EXACT_H

struct plan_ctx;

/* Read `tlb`: the cores whose TLBs are simulated. */
void plan_tlb__read(struct plan_ctx *ctx);
/* In exact mode, add the TLB model to the collectors. Call it before plan_margins__read(): margins
 * may name its metrics. */
void plan_exact__collectors(struct plan_ctx *ctx);
/* Read `parallel` and `profile`, and check that the rest of the plan suits exact mode, or timed
 * boots. Call it once the rest has been read. */
void plan_exact__check(struct plan_ctx *ctx);

#endif
