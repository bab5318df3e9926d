/* SPDX-License-Identifier: GPL-2.0-only */
/* target.h - the parts `target`, `guest` and `tune` of a plan. */
#ifndef KDUEL_PLAN_TARGET_H
#define KDUEL_PLAN_TARGET_H

#include "lib/base.h"

struct plan_ctx;

/* Read `target`, or set its defaults. Call it before plan_variants__read(): the target decides
 * which keys a variant may have. */
void plan_target__read(struct plan_ctx *ctx);
/* Read `guest`, or set its defaults. Call it after plan_target__read(). */
void plan_guest__read(struct plan_ctx *ctx);
/* Read `tune`, if there is one. Call it after plan_target__read() and plan_variants__read(). */
void plan_tune__read(struct plan_ctx *ctx);
/* The plan's name of a setting (enum plan_tune_key), such as "governor". */
const char *plan_tune__name(size_t key);

#endif
