/* SPDX-License-Identifier: GPL-2.0-only */
/* perf.h - the parameters of collector perf that follow from the machine. */
#ifndef KDUEL_PLAN_PERF_H
#define KDUEL_PLAN_PERF_H

#include "runner/plan/plan.h"

struct plan_ctx;

/* Give collector perf the event numbers of the CPU that it will run on. Last: it needs the
 * target, the variants and the collectors. */
void plan_perf__resolve(struct plan_ctx *ctx);
/* The same of a real machine, which is known later: `root` has its /proc and /sys. A core that the plan
 * names stays. 0; -EINVAL: the tables have a mistake. */
int plan_perf__use_machine(struct plan *plan, const char *root, struct err *err);

#endif
