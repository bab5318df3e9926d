// SPDX-License-Identifier: GPL-2.0-only
#include "runner/target.h"

const struct target_ops *target__of(const struct plan *plan)
{
	return plan->target.kind == TARGET_FAKE ? &target_fake : &target_qemu;
}
