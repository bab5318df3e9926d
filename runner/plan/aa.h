/* SPDX-License-Identifier: GPL-2.0-only */
/* aa.h - derive a plan from another: an A/A plan, or one step of a bisection. */
#ifndef KDUEL_PLAN_AA_H
#define KDUEL_PLAN_AA_H

#include "runner/plan/read.h"

/*
 * Make an A/A plan: its two variants, NAME-a and NAME-b, are both the baseline of `old` and boot
 * `boots` times each. On a target that boots nothing there is only one variant, which keeps its
 * name. Everything else is copied from `old`.
 *
 * The new plan has its own complete text, so it can be stored, shown and resumed like any other.
 * It keeps the path of the old file, to which the paths in it are relative. `old` is freed even on
 * failure. Returns what plan__parse() does.
 */
int plan_aa__make(struct plan *old, unsigned int boots, struct plan **plan, struct plan_diag *diag);

#define PLAN_STEP_BOTH SIZE_MAX

struct plan_step {
	unsigned int boots; /* per variant */
	uint64_t seed;
	size_t variant; /* index of the only variant to keep, or PLAN_STEP_BOTH to keep all */
};

/* Make the plan of a bisection step: `old` with the boots and seed of `step`, reduced to one
 * variant if `step` says so. Ownership and return value as for plan_aa__make(). */
int plan_step__make(struct plan *old, const struct plan_step *step, struct plan **plan,
		    struct plan_diag *diag);

#endif
