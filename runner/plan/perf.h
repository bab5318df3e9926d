/* SPDX-License-Identifier: GPL-2.0-only */
/* perf.h - the parameters of collector perf that depend on the CPU: its PMU's event numbers. */
#ifndef KDUEL_PLAN_PERF_H
#define KDUEL_PLAN_PERF_H

#include "runner/plan/plan.h"

struct plan_ctx;

/* Give collector perf the event numbers of the CPU that it will run on, as far as that is known when
 * the plan is read. Call it last: it needs the target, the variants and the collectors. */
void plan_perf__resolve(struct plan_ctx *ctx);
/* Do so for a remote machine, once it is known: `root` is a directory with a copy of its /proc and
 * /sys. A core named by the plan takes precedence. 0, or -EINVAL for a mistake in configs/cores. */
int plan_perf__use_machine(struct plan *plan, const char *root, struct err *err);

#endif
