/* SPDX-License-Identifier: GPL-2.0-only */
/* resolve.h - from what a plan says to a kernel in the cache. */
#ifndef KDUEL_KERNELS_RESOLVE_H
#define KDUEL_KERNELS_RESOLVE_H

#include "runner/kernels/build/build.h"
#include "runner/kernels/files/kernel.h"
#include "runner/kernels/spec.h"
#include "runner/packages/lock.h"

/* Find, download (only what the cache lacks), unpack and identify the kernel that `spec`
 * asks for. Appends what was taken to `lock`; with `want` given, exactly those package
 * versions are used. -ENOENT with what would have matched when no glob matches. A kernel from
 * source is built when the cache lacks it (build.h), with `hooks`. */
int kernel__resolve(const struct kernel_spec *spec, const struct lock *want, struct lock *lock,
		    const struct build_hooks *hooks, struct kernel **out, struct err *err);

#endif
