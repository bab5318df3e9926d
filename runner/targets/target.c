// SPDX-License-Identifier: GPL-2.0-only
#include "runner/targets/target.h"

const struct target_ops *target__of(const struct plan *plan)
{
	static const struct target_ops *const ops[] = {
		[TARGET_QEMU] = &target_qemu,
		[TARGET_FAKE] = &target_fake,
		[TARGET_LOCAL] = &target_local,
	};

	return ops[plan->target.kind];
}
