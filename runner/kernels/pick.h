/* SPDX-License-Identifier: GPL-2.0-only */
/* pick.h - chooses the packages that hold a kernel. */
#ifndef KDUEL_KERNELS_PICK_H
#define KDUEL_KERNELS_PICK_H

#include "runner/kernels/spec.h"
#include "runner/packages/apt.h"
#include "runner/packages/lock.h"

/* Find the packages that hold the kernel that `spec` asks for: the newest version that matches the
 * first glob with a match. They are appended to `parts`. *origin is "PACKAGE VERSION", for reports;
 * the caller frees it. 0; -ENOENT, with similar packages in `err`; or -errno. */
int kernel_pick__from_apt(struct apt *apt, const struct kernel_spec *spec, struct lock *parts,
			  char **origin, struct err *err);
/* The same from the packages of a lock, without network access. -ENOENT: no package there
 * matches. */
int kernel_pick__from_lock(const struct lock *want, const struct kernel_spec *spec,
			   struct lock *parts, char **origin, struct err *err);

#endif
