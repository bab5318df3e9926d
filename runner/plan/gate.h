/* SPDX-License-Identifier: GPL-2.0-only */
/* gate.h - the keys `fail_on` and `require_conclusive` of a plan (reports/report/gate.h). */
#ifndef KDUEL_PLAN_GATE_H
#define KDUEL_PLAN_GATE_H

#include "runner/plan/parse.h"

/* Read them; patterns must mean metrics of the plan's workloads or collectors. */
void plan_gate__read(struct plan_ctx *ctx);
/* Does a pattern mean a metric that the plan measures, in the boots that run a workload (index; -1: in any)?
 * Append the names of all metrics, as METRIC and SOURCE/METRIC, to `known`, and the different units of those
 * that are meant to `units`; either may be NULL. */
bool plan_gate__measures(const struct plan *p, const char *pattern, int workload,
			 struct strvec *known, struct strvec *units);
/* Patterns of a command line, held against a plan. -EINVAL names one that means none of its
 * metrics, with the nearest. */
int plan_gate__check(const struct plan *plan, const struct gate *g, struct err *err);
/* The one row that the pattern of an option means, as WORKLOAD/METRIC in *name (the caller frees), and its
 * metric. -EINVAL: the plan measures none, with the nearest, or several, which are named. */
int plan_gate__one(const struct plan *plan, const char *option, const char *pattern, char **name,
		   const struct metric **metric, struct err *err);
/* The gate of a stored plan, even one that can no longer be read as a whole (files that are gone);
 * the caller releases it. */
void plan_gate__stored(const char *path, const char *text, struct gate *g);

#endif
