// SPDX-License-Identifier: GPL-2.0-only
/* target.c - the table of targets. */
#include "runner/targets/target.h"

#include "runner/machine/hold.h"

const struct target_ops *target__of(const struct plan *plan)
{
	static const struct target_ops *const all[] = {
#define X(name, id, runs) &target_##name,
#include "runner/plan/targets.h"
#undef X
	};

	return all[plan->target.kind];
}

const char *boot_spec__root(const struct boot_spec *spec)
{
	return spec->machine ? spec->machine->tree : "";
}
