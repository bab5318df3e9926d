/* SPDX-License-Identifier: GPL-2.0-only */
/* sources.h - from blocks of code to functions of the source, where the kernel has debug information. */
#ifndef KDUEL_BOOT_SOURCES_H
#define KDUEL_BOOT_SOURCES_H

#include "reports/profile/sources.h"
#include "runner/boot/symbols.h"
#include "runner/kernels/files/source_map.h"

/* What debug information says of the code of a boot. Zero-initialised it is empty. */
struct source_maps {
	struct source_map kernel;
	struct source_map *modules; /* in the order of symbols.names */
	size_t n_modules;
};

/* Read what there is about the functions that have blocks in `lines`. -ENODATA: nothing is there, and
 * `err` says why, or is "" if nobody would expect it. `symbols` are placed anew. Release in any case. */
int source_maps__load(struct source_maps *m, const struct kernel *k, struct symbols *symbols,
		      const struct profile_lines *lines, struct err *err);
/* Add the blocks of an iteration, for which the symbols are placed. */
void source_maps__add(const struct source_maps *m, const struct symbols *symbols,
		      const struct profile_part *part, struct sources *out);
void source_maps__release(struct source_maps *m);

#endif
