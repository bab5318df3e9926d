/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * need.h - what a kernel's configuration must have, and why.
 *
 * Targets, workloads and collectors declare it in a table beside the rest of what they are. It is
 * checked before anything boots, and docs/KERNELS.md has it as a table.
 */
#ifndef KDUEL_NEED_H
#define KDUEL_NEED_H

#include "lib/base.h"

/* When a need applies, a mask: all of it must hold. 0: always. */
enum need_when {
	NEED_TIMED = 1 << 0, /* boots that are not exact */
	NEED_EXACT = 1 << 1, /* exact mode */
	NEED_ROOT = 1 << 2, /* there is a root image, as a workload needs packages */
	NEED_NETWORK = 1 << 3, /* the guest has a network */
	NEED_HOTPLUG = 1 << 4, /* the guest gets more memory while it runs */
};

struct need {
	const char *symbol; /* without CONFIG_; "A|B": either will do, as it was renamed */
	/* The module that it may be instead, which kduel or the plug-in loads. NULL: it is to be built
	 * in where nothing loads modules by itself. */
	const char *module;
	const char *why; /* "the root is an ext4 image" */
	const char *arch; /* Debian's name of the only architecture that needs it; NULL: all do */
	const char *with; /* only of kernels that have this symbol; NULL: of all */
	unsigned int when; /* mask of enum need_when */
	bool loadable; /* as a module only: it is loaded with parameters */
	bool wanted; /* something is lost without it, but not the measurement: said, not refused */
};

/* A table of needs. A macro, since clang-format would give each field a line. */
// clang-format off
#define NEED(...) { __VA_ARGS__ }
#define NEEDS(...) ((const struct need[]){ __VA_ARGS__, { .symbol = NULL } })
// clang-format on

#endif
