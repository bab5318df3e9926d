/* SPDX-License-Identifier: GPL-2.0-only */
/* sources.h - attributes code blocks to functions of the source, if the kernel has debug
 * information. */
#ifndef KDUEL_BOOT_SOURCES_H
#define KDUEL_BOOT_SOURCES_H

#include "reports/profile/sources.h"
#include "runner/boot/symbols.h"
#include "runner/kernels/files/source_map.h"

/* Source maps of the code that ran in a boot. Empty when zero-initialised. */
struct source_maps {
	struct source_map kernel;
	struct source_map *modules; /* in the order of symbols.names */
	size_t n_modules;
};

/* Read the debug information of the functions that have blocks in `lines`. -ENODATA: there is none;
 * `err` says why, or is empty if none was to be expected. `symbols` must be placed again
 * afterwards. Release `m` in any case. */
int source_maps__load(struct source_maps *m, const struct kernel *k, struct symbols *symbols,
		      const struct profile_lines *lines, struct err *err);
/* Add the blocks of an iteration to `out`. `symbols` must be placed for it. */
void source_maps__add(const struct source_maps *m, const struct symbols *symbols,
		      const struct profile_part *part, struct sources *out);
void source_maps__release(struct source_maps *m);

#endif
