/* SPDX-License-Identifier: GPL-2.0-only */
/* aa.h - a plan made out of another: its baseline against itself. */
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

#endif
