/* SPDX-License-Identifier: GPL-2.0-only */
/* profile_blocks.h - the code blocks of an iteration, stored for `kduel explain --annotate`. */
#ifndef KDUEL_BOOT_PROFILE_BLOCKS_H
#define KDUEL_BOOT_PROFILE_BLOCKS_H

#include "runner/boot/symbols.h"

/* Format the blocks as reports/profile/blocks.h describes, without code that has no symbol.
 * `symbols` must be placed for this part. The caller frees. */
char *profile_blocks__text(const struct profile_part *part, const struct symbols *symbols,
			   uint64_t operations);

#endif
