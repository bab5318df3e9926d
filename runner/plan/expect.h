/* SPDX-License-Identifier: GPL-2.0-only */
/* expect.h - the part `expect` of a variant: what must hold in each of its boots. */
#ifndef KDUEL_PLAN_EXPECT_H
#define KDUEL_PLAN_EXPECT_H

#include "runner/plan/plan.h"

struct plan_ctx;

/* Read those of all variants; after workloads and collectors, whose metrics they name, and after
 * `baseline`. */
void plan_expect__read(struct plan_ctx *ctx);
/* Can a boot that runs only this workload (index; -1: all of them) say anything of it? */
bool plan_expect__applies(const struct plan *plan, const struct plan_expect *e, int workload);
/* Does a value fulfil it? Of EXPECT_METRIC only. */
bool plan_expect__holds(const struct plan_expect *e, double value);

#endif
