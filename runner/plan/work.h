/* SPDX-License-Identifier: GPL-2.0-only */
/* work.h - the parts `workloads` and `collectors` of a plan. */
#ifndef KDUEL_PLAN_WORK_H
#define KDUEL_PLAN_WORK_H

#include "runner/plan/plan.h"

struct plan_ctx;

/* Read the list of workloads. Call it after plan_variants__read(). */
void plan_workloads__read(struct plan_ctx *ctx);
/* Read the list of collectors, or set the default ones. Call it after plan_variants__read(). */
void plan_collectors__read(struct plan_ctx *ctx);
/* Append a collector with its default parameters. The pointer is valid until the next call. */
struct plan_collector *plan_collector__add(struct plan *p, const struct collector *col);

#endif
