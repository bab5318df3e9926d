/* SPDX-License-Identifier: GPL-2.0-only */
/* modes.h - translate the keys `rodata` and `bbml` of a variant to parameters of its kernel. */
#ifndef KDUEL_CAMPAIGN_MODES_H
#define KDUEL_CAMPAIGN_MODES_H

#include "runner/kernels/files/kernel.h"
#include "runner/plan/plan.h"

/* Append the parameters for these keys to the variants' command lines. `kernels` has one kernel for
 * each variant. Planned kernels (in a dry run) have no release yet: their variants are skipped. 0, or
 * -EINVAL if a kernel does not support the key; the message has the variant's position. */
int modes__apply(struct plan *plan, struct kernel *const *kernels, struct err *err);

#endif
