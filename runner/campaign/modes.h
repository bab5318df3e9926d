/* SPDX-License-Identifier: GPL-2.0-only */
/* modes.h - the keys `rodata` and `bbml` of a variant, in the words of its kernel. */
#ifndef KDUEL_CAMPAIGN_MODES_H
#define KDUEL_CAMPAIGN_MODES_H

#include "runner/kernels/files/kernel.h"
#include "runner/plan/plan.h"

/* Append what the keys mean to the command lines of all variants, whose kernels (one each) are known now. A
 * planned kernel has no release yet: its variant's stay as they are. -EINVAL with the variant's place: its
 * kernel cannot do that. */
int modes__apply(struct plan *plan, struct kernel *const *kernels, struct err *err);

#endif
