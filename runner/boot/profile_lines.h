/* SPDX-License-Identifier: GPL-2.0-only */
/* profile_lines.h - parses the blocks of kernel code that the TLB model's plugin counted. */
#ifndef KDUEL_BOOT_PROFILE_LINES_H
#define KDUEL_BOOT_PROFILE_LINES_H

#include "collectors/tlbmodel/profile.h"
#include "collectors/tlbmodel/region.h"
#include "lib/err.h"

struct profile_line {
	uint64_t va, runs;
	uint32_t n; /* instructions */
	uint32_t last; /* opcode of the last one; x86_64: as profile_block.last */
	char *sizes; /* x86_64: as profile_block.sizes; NULL: all are 4 bytes */
	uint64_t event[PROFILE_EVENTS];
};

/* One iteration. */
struct profile_part {
	int iteration;
	bool left_out; /* there was no room for it: nothing else is set */
	struct range image, area[REGION_AREAS]; /* of the kernel; of modules and generated code */
	size_t n_areas;
	struct profile_line *v;
	size_t n;
	uint64_t total; /* kernel instructions; those in `v` are most or all of them */
};

/* Empty when zero-initialised. */
struct profile_lines {
	struct profile_part *v;
	size_t n;
	bool x86; /* blocks have `sizes` */
};

/* Parse the NUL-terminated `text`; `path` is for messages. -EPROTO, with file and line, if it is
 * not as the plugin writes it, or not complete. Release `lines` in any case. */
int profile_lines__parse(struct profile_lines *lines, const char *path, const char *text,
			 struct err *err);
void profile_lines__release(struct profile_lines *lines);
/* How many instructions of the block, starting with number `first` at address *va, begin before
 * address `end`; at least one. *va moves past them. */
uint32_t profile_line__up_to(const struct profile_line *b, uint32_t first, uint64_t end,
			     uint64_t *va);

#endif
