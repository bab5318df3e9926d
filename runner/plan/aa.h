/* SPDX-License-Identifier: GPL-2.0-only */
/* aa.h - a plan made out of another: its baseline against itself, or a step of a bisection. */
#ifndef KDUEL_PLAN_AA_H
#define KDUEL_PLAN_AA_H

#include "runner/plan/read.h"

/*
 * Make a plan whose only two variants are the baseline of `old`, called NAME-a and NAME-b, with
 * `boots` boots each; target, guest, workloads, collectors and all else stay. The text of the new
 * plan is complete, so that it can be stored, shown and resumed like any other. `path` stays that
 * of the file, since paths in the plan are relative to it. Frees `old` in any case; returns as
 * plan__parse().
 */
int plan_aa__make(struct plan *old, unsigned int boots, struct plan **plan, struct plan_diag *diag);

#define PLAN_STEP_BOTH SIZE_MAX

struct plan_step {
	unsigned int boots;
	uint64_t seed;
	size_t variant; /* the only one that boots, or PLAN_STEP_BOTH */
};

/* The same for a plan with other boots and another seed, perhaps of one of its variants. */
int plan_step__make(struct plan *old, const struct plan_step *step, struct plan **plan,
		    struct plan_diag *diag);

#endif
