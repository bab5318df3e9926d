/* SPDX-License-Identifier: GPL-2.0-only */
/* pick.h - from globs to the packages that hold a kernel. */
#ifndef KDUEL_KERNELS_PICK_H
#define KDUEL_KERNELS_PICK_H

#include "runner/kernels/spec.h"
#include "runner/packages/apt.h"
#include "runner/packages/lock.h"

/* Which packages hold the kernel that `spec` asks for: newest version of the first glob that
 * matches. Appends them to `parts`; *origin says what was chosen, for people. */
int kernel_pick__from_apt(struct apt *apt, const struct kernel_spec *spec, struct lock *parts,
			  char **origin, struct err *err);
/* The same out of a lock, without asking any mirror. */
int kernel_pick__from_lock(const struct lock *want, const struct kernel_spec *spec,
			   struct lock *parts, char **origin, struct err *err);

#endif
