/* SPDX-License-Identifier: GPL-2.0-only */
/* needs.h - whether a kernel has what a plan needs, told from its configuration and modules before
 * any boot. */
#ifndef KDUEL_KERNELS_NEEDS_H
#define KDUEL_KERNELS_NEEDS_H

#include "lib/need.h"
#include "runner/kernels/files/kernel.h"

/* A kernel to check, or only its configuration. */
struct kernel_view {
	const struct kernel *kernel; /* NULL: only `config` is known */
	char *config; /* text of its .config, owned; NULL: not known */
	bool autoload; /* userspace loads modules on demand (udev) */
};

/* Unmet needs, one line each: "CONFIG_X: what is wrong (WHO: WHY)". */
struct kernel_lacks {
	struct strvec lacks; /* required: the measurement cannot work without them */
	struct strvec wants; /* optional: something is lost without them */
	struct strvec unknown; /* "CONFIG_X" alone: neither configuration nor modules tell */
};

/* View a kernel with its configuration: the file that came with it, else the one embedded in its
 * image (CONFIG_IKCONFIG). Release with kernel_view__release(). */
void kernel_view__of(const struct kernel *k, struct kernel_view *v);
void kernel_view__release(struct kernel_view *v);

/* Check all `needs` that apply to `arch` under the conditions `when` (mask of enum need_when), and
 * append what is unmet to `out`. `who` declared them ("workload x"). `needs` ends with a NULL
 * symbol, and may be NULL. */
void kernel_needs__check(const struct kernel_view *v, const struct need *needs, const char *arch,
			 unsigned int when, const char *who, struct kernel_lacks *out);
void kernel_lacks__release(struct kernel_lacks *l);

#endif
