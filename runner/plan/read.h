/* SPDX-License-Identifier: GPL-2.0-only */
/* read.h - load and check a plan file. */
#ifndef KDUEL_PLAN_READ_H
#define KDUEL_PLAN_READ_H

#include "runner/plan/plan.h"

/* A list of mistakes; each message reads "file:line:col: what, what to do". */
struct plan_diag {
	struct strvec msgs;
};

/* Load and check a plan. On failure (-EINVAL, or another -errno when the file cannot be
 * read) `diag` holds at least one message and *plan is NULL. */
int plan__load(const char *path, struct plan **plan, struct plan_diag *diag);
/* The same from text; `path` is only for messages. */
int plan__parse(const char *path, const char *text, size_t len, struct plan **plan,
		struct plan_diag *diag);
void plan_diag__release(struct plan_diag *diag);

#endif
