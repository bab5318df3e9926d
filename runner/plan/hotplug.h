/* SPDX-License-Identifier: GPL-2.0-only */
/* hotplug.h - the key `hotplug` of a target: memory that guests get while they run. */
#ifndef KDUEL_PLAN_HOTPLUG_H
#define KDUEL_PLAN_HOTPLUG_H

#include "runner/plan/plan.h"

#include <yaml.h>

struct plan_ctx;

/* Read a size, or a list of devices, into `t`, whose kind is known. */
void plan_hotplug__read(struct plan_ctx *ctx, yaml_node_t *n, struct plan_target_opts *t);
/* Can the kernels of the variants, which are read, have it? */
void plan_hotplug__check(struct plan_ctx *ctx);

#endif
