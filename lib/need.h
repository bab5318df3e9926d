/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * need.h - what a kernel's configuration must have, and why.
 *
 * Targets, workloads and collectors declare their needs in tables. These are checked before
 * anything boots, and docs/KERNELS.md lists them.
 */
#ifndef KDUEL_NEED_H
#define KDUEL_NEED_H

#include "lib/base.h"

/* When a need applies: all bits of the mask must hold. 0: always. */
enum need_when {
	NEED_TIMED = 1 << 0, /* boots that are not in exact mode */
	NEED_EXACT = 1 << 1, /* exact mode */
	NEED_ROOT = 1 << 2, /* the guest has a root image, because a workload needs packages */
	NEED_NETWORK = 1 << 3, /* the guest has a network */
	NEED_HOTPLUG = 1 << 4, /* memory is hotplugged while the guest runs */
};

struct need {
	const char *symbol; /* without CONFIG_; "A|B": either will do (the symbol was renamed) */
	/* The module that may provide it instead, loaded by kduel or the plug-in. NULL: it must be
	 * built in if nothing in the guest loads modules. */
	const char *module;
	const char *why; /* "the root is an ext4 image" */
	const char *arch; /* Debian's name of the only architecture that needs it; NULL: all */
	const char *with; /* applies only to kernels that have this symbol; NULL: to all */
	unsigned int when; /* mask of enum need_when */
	bool loadable; /* must be a module, as it is loaded with parameters */
	/* Without it something is lost, but not the measurement: warn, do not refuse. */
	bool wanted;
};

/* A table of needs. A macro, since clang-format would give each field a line. */
// clang-format off
#define NEED(...) { __VA_ARGS__ }
#define NEEDS(...) ((const struct need[]){ __VA_ARGS__, { .symbol = NULL } })
// clang-format on

#endif
