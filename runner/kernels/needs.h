/* SPDX-License-Identifier: GPL-2.0-only */
/* needs.h - does a kernel have what a plan needs? From its configuration and modules, without a boot. */
#ifndef KDUEL_KERNELS_NEEDS_H
#define KDUEL_KERNELS_NEEDS_H

#include "lib/need.h"
#include "runner/kernels/files/kernel.h"

/* A kernel, or no more than its configuration. */
struct kernel_view {
	const struct kernel *kernel; /* NULL: its modules are not known */
	char *config; /* text; NULL: not known; owned */
	bool autoload; /* it boots on a system that loads modules by itself */
};

/* What became of the needs: a line each, "CONFIG_X: WHO: WHY: what the kernel has". */
struct kernel_lacks {
	struct strvec lacks; /* without them nothing can be measured */
	struct strvec wants; /* something is lost */
	struct strvec unknown; /* symbols: neither configuration nor modules tell */
};

/* The configuration of a kernel: as it came, or out of its image. Release with kernel_view__release(). */
void kernel_view__of(const struct kernel *k, struct kernel_view *v);
void kernel_view__release(struct kernel_view *v);

/* Check the needs that apply to `arch` when all of `when` holds, on behalf of `who` ("workload x"). */
void kernel_needs__check(const struct kernel_view *v, const struct need *needs, const char *arch,
			 unsigned int when, const char *who, struct kernel_lacks *out);
void kernel_lacks__release(struct kernel_lacks *l);

#endif
