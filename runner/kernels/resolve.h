/* SPDX-License-Identifier: GPL-2.0-only */
/* resolve.h - gets the kernel that a plan asks for into the cache. */
#ifndef KDUEL_KERNELS_RESOLVE_H
#define KDUEL_KERNELS_RESOLVE_H

#include "runner/kernels/build/build.h"
#include "runner/kernels/files/kernel.h"
#include "runner/kernels/spec.h"
#include "runner/packages/lock.h"

/* Find, download (only what the cache lacks), unpack and identify the kernel that `spec` asks for.
 * The packages used are appended to `lock`; if `want` is given, exactly the versions in it are
 * used. A kernel from source is built with `hooks` if the cache lacks it (build.h). -ENOENT: no
 * package matches; `err` lists similar ones. *out is NULL on error. */
int kernel__resolve(const struct kernel_spec *spec, const struct lock *want, struct lock *lock,
		    const struct build_hooks *hooks, struct kernel **out, struct err *err);

#endif
