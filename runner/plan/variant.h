/* SPDX-License-Identifier: GPL-2.0-only */
/* variant.h - the part `variants` of a plan. */
#ifndef KDUEL_PLAN_VARIANT_H
#define KDUEL_PLAN_VARIANT_H

struct plan_ctx;

/* Read the list of variants. Call it after plan_target__read(). Sets target.boots. */
void plan_variants__read(struct plan_ctx *ctx);

#endif
