/* SPDX-License-Identifier: GPL-2.0-only */
/* perf.h - the parameters of collector perf that follow from the machine. */
#ifndef KDUEL_PLAN_PERF_H
#define KDUEL_PLAN_PERF_H

struct plan_ctx;

/* Give collector perf the event numbers of the CPU that it will run on. Last: it needs the
 * target, the variants and the collectors. */
void plan_perf__resolve(struct plan_ctx *ctx);

#endif
