/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel.h - the part `kernel` of a variant. */
#ifndef KDUEL_PLAN_KERNEL_H
#define KDUEL_PLAN_KERNEL_H

#include "runner/kernels/spec.h"

#include <yaml.h>

struct plan_ctx;
struct yaml;

/* Read where a variant's kernel comes from; paths and config fragments are resolved and checked.
 * The caller releases `spec`. */
void plan_kernel__read(struct plan_ctx *ctx, yaml_node_t *n, struct kernel_spec *spec);
/* Like plan_kernel__read(), for a kernel in a file that is not a plan. Paths are relative to that
 * file. */
void plan_kernel__read_alone(struct yaml *y, yaml_node_t *n, struct kernel_spec *spec);
/* Read a scalar that is passed to git as a revision: one word that cannot be taken for an option.
 * The caller frees; NULL with a note. */
char *plan_kernel__git_word(struct yaml *y, yaml_node_t *node, const char *key);

#endif
