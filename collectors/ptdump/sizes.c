// SPDX-License-Identifier: GPL-2.0-only
/* sizes.c - what a level means in bytes, per granule. */
#include "collectors/ptdump/row.h"

#define K(n) ((uint64_t)(n) << 10)
#define M(n) ((uint64_t)(n) << 20)
#define G(n) ((uint64_t)(n) << 30)

/*
 * PGD is the name of the first level. Blocks are there only when there are few levels: with 4K
 * the first of three (39 bits), with 16K and 64K the first of two (36 and 42 bits).
 */
uint64_t ptdump_row__leaf_size(const struct ptdump_row *row, enum layout_granule g)
{
	static const uint64_t sizes[GRANULE_MAX][LEVEL_MAX][2] = {
		[GRANULE_4K] = {
			[LEVEL_PTE] = { K(4), K(64) },
			[LEVEL_PMD] = { M(2), M(32) },
			[LEVEL_PUD] = { G(1), 0 },
			[LEVEL_PGD] = { G(1), 0 },
		},
		[GRANULE_16K] = {
			[LEVEL_PTE] = { K(16), M(2) },
			[LEVEL_PMD] = { M(32), G(1) },
			[LEVEL_PGD] = { M(32), G(1) },
		},
		[GRANULE_64K] = {
			[LEVEL_PTE] = { K(64), M(2) },
			[LEVEL_PMD] = { M(512), G(16) },
			[LEVEL_PGD] = { M(512), G(16) },
		},
	};

	return sizes[g][row->level][row->con];
}

uint64_t ptdump_row__hole_size(const struct ptdump_row *row, enum layout_granule g)
{
	static const uint64_t sizes[GRANULE_MAX][LEVEL_MAX] = {
		[GRANULE_4K] = {
			[LEVEL_PTE] = K(4),
			[LEVEL_PMD] = M(2),
			[LEVEL_PUD] = G(1),
			[LEVEL_P4D] = G(512),
			[LEVEL_PGD] = G(1),
		},
		[GRANULE_16K] = {
			[LEVEL_PTE] = K(16),
			[LEVEL_PMD] = M(32),
			[LEVEL_PUD] = G(64),
			[LEVEL_PGD] = M(32),
		},
		[GRANULE_64K] = {
			[LEVEL_PTE] = K(64),
			[LEVEL_PMD] = M(512),
			[LEVEL_PGD] = M(512),
		},
	};

	return sizes[g][row->level];
}
