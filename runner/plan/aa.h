/* SPDX-License-Identifier: GPL-2.0-only */
/* aa.h - a plan made out of another: its baseline against itself. */
#ifndef KDUEL_PLAN_AA_H
#define KDUEL_PLAN_AA_H

#include "runner/plan/plan.h"

/*
 * Load a plan and make of it one whose only two variants are its baseline, called NAME-a and
 * NAME-b, with `boots` boots each; target, guest, workloads, collectors and the rest stay. The
 * text of the new plan is complete, so that it can be stored, shown and resumed like any other.
 * As plan__load(); `path` stays that of the file, since paths in the plan are relative to it.
 */
int plan_aa__load(const char *path, unsigned int boots, struct plan **plan, struct plan_diag *diag);
/* The same from text. */
int plan_aa__parse(const char *path, const char *text, size_t len, unsigned int boots,
		   struct plan **plan, struct plan_diag *diag);

#endif
