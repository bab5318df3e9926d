/* SPDX-License-Identifier: GPL-2.0-only */
/* profile_blocks.h - the blocks of code of an iteration, as they are kept for kduel explain --annotate. */
#ifndef KDUEL_BOOT_PROFILE_BLOCKS_H
#define KDUEL_BOOT_PROFILE_BLOCKS_H

#include "runner/boot/symbols.h"

/* As reports/profile/blocks.h has it, without code that no symbol names; the symbols are placed. The
 * caller frees. */
char *profile_blocks__text(const struct profile_part *part, const struct symbols *symbols,
			   uint64_t operations);

#endif
