/* SPDX-License-Identifier: GPL-2.0-only */
/* hotplug.h - the key `hotplug` of a target: memory that guests hot-add while they run. */
#ifndef KDUEL_PLAN_HOTPLUG_H
#define KDUEL_PLAN_HOTPLUG_H

#include "runner/plan/plan.h"

#include <yaml.h>

struct plan_ctx;

/* Read a size, a device, or a list of either, into `t`, whose kind must be set. */
void plan_hotplug__read(struct plan_ctx *ctx, yaml_node_t *n, struct plan_target_opts *t);
/* Check that the variants' kernels and exact mode allow hotplug. Call it after
 * plan_variants__read(). */
void plan_hotplug__check(struct plan_ctx *ctx);

#endif
