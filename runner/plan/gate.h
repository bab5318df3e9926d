/* SPDX-License-Identifier: GPL-2.0-only */
/* gate.h - the keys `fail_on` and `require_conclusive` of a plan (reports/report/gate.h). */
#ifndef KDUEL_PLAN_GATE_H
#define KDUEL_PLAN_GATE_H

#include "runner/plan/parse.h"

/* Read `fail_on`, whose patterns must match metrics of the plan's workloads or collectors.
 * (`require_conclusive` is a plain field of the plan, see read.c.) */
void plan_gate__read(struct plan_ctx *ctx);
/*
 * Does `pattern` match a metric that is measured in boots that run workload number `workload`
 * (-1: in any boot)? Appends the names of all metrics, as METRIC and SOURCE/METRIC, to `known`, and
 * the distinct units of those that match to `units`; either may be NULL.
 */
bool plan_gate__measures(const struct plan *p, const char *pattern, int workload,
			 struct strvec *known, struct strvec *units);
/* Check the --fail-on patterns of a command line against a plan. 0, or -EINVAL with a message that
 * names a pattern without a matching metric and suggests the closest name. */
int plan_gate__check(const struct plan *plan, const struct gate *g, struct err *err);
/*
 * Find the one row that `pattern`, the value of command-line option --`option`, matches. Sets *name
 * to WORKLOAD/METRIC (the caller frees) and *metric to its metric, which belongs to the plan.
 * -EINVAL: no metric matches (the message suggests the closest name), or several rows do (the
 * message lists them).
 */
int plan_gate__one(const struct plan *plan, const char *option, const char *pattern, char **name,
		   const struct metric **metric, struct err *err);
/* Read only the gate of a stored plan. Works even if the plan as a whole no longer loads, because
 * files that it names are gone. The caller releases `g`. */
void plan_gate__stored(const char *path, const char *text, struct gate *g);

#endif
