/* SPDX-License-Identifier: GPL-2.0-only */
/* compare.h - the parts `baseline`, `compare`, `factorial` and `margins` of a plan. */
#ifndef KDUEL_PLAN_COMPARE_H
#define KDUEL_PLAN_COMPARE_H

struct plan_ctx;

/* Read `baseline` and `compare`. Call it after plan_variants__read(). */
void plan_compare__read(struct plan_ctx *ctx);
/* Read `factorial`. Call it after plan_variants__read(). */
void plan_factorial__read(struct plan_ctx *ctx);
/* Read `margins`. Call it after workloads and collectors are read: margins name their metrics. */
void plan_margins__read(struct plan_ctx *ctx);

#endif
