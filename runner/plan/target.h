/* SPDX-License-Identifier: GPL-2.0-only */
/* target.h - the parts `target`, `guest` and `tune` of a plan. */
#ifndef KDUEL_PLAN_TARGET_H
#define KDUEL_PLAN_TARGET_H

#include "lib/base.h"

struct plan_ctx;

/* Read `target`, or fill in its defaults; before variants, whose keys depend on its kind. */
void plan_target__read(struct plan_ctx *ctx);
/* Read `guest`, or fill in its defaults. */
void plan_guest__read(struct plan_ctx *ctx);
/* Read `tune`, if there is one; after the target. */
void plan_tune__read(struct plan_ctx *ctx);
/* The key of a setting (enum plan_tune_key) in the plan: "governor". */
const char *plan_tune__name(size_t key);

#endif
