/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel.h - the part `kernel` of a variant. */
#ifndef KDUEL_PLAN_KERNEL_H
#define KDUEL_PLAN_KERNEL_H

#include "runner/kernels/spec.h"

#include <yaml.h>

struct plan_ctx;
struct yaml;

/* Read where a variant's kernel comes from; paths and fragments are resolved and checked. */
void plan_kernel__read(struct plan_ctx *ctx, yaml_node_t *n, struct kernel_spec *spec);
/* The same where a kernel stands in a file that is no plan; paths are relative to that file. */
void plan_kernel__read_alone(struct yaml *y, yaml_node_t *n, struct kernel_spec *spec);
/* A word of the file that git takes for a commit, branch or the like, and for no option. The caller frees.
 * NULL: it is none, which is noted. */
char *plan_kernel__git_word(struct yaml *y, yaml_node_t *node, const char *key);

#endif
