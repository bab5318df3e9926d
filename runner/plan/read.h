/* SPDX-License-Identifier: GPL-2.0-only */
/* read.h - load and check a plan file. */
#ifndef KDUEL_PLAN_READ_H
#define KDUEL_PLAN_READ_H

#include "runner/plan/plan.h"

/* A list of mistakes. Each message reads "file:line:col: what is wrong, what to do". */
struct plan_diag {
	struct strvec msgs;
};

/* Load and check a plan; free *plan with plan__free(). On failure (-EINVAL, or another -errno if
 * the file cannot be read) `diag` has at least one message and *plan is NULL. The caller releases
 * `diag` in any case. */
int plan__load(const char *path, struct plan **plan, struct plan_diag *diag);
/* Parse and check the text of a plan. `path` is for messages, and paths in the plan are relative
 * to its directory. */
int plan__parse(const char *path, const char *text, size_t len, struct plan **plan,
		struct plan_diag *diag);
void plan_diag__release(struct plan_diag *diag);

#endif
