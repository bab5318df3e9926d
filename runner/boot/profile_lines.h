/* SPDX-License-Identifier: GPL-2.0-only */
/* profile_lines.h - the blocks of kernel code that the TLB model's plugin counted, checked. */
#ifndef KDUEL_BOOT_PROFILE_LINES_H
#define KDUEL_BOOT_PROFILE_LINES_H

#include "collectors/tlbmodel/profile.h"
#include "collectors/tlbmodel/region.h"
#include "lib/err.h"

struct profile_line {
	uint64_t va, runs;
	uint32_t n, last; /* instructions; opcode of the last */
	uint64_t event[PROFILE_EVENTS];
};

/* One iteration. */
struct profile_part {
	int iteration;
	bool left_out; /* there was no room for it: nothing else is set */
	struct range image, area[REGION_AREAS]; /* of the kernel, of modules and generated code */
	size_t n_areas;
	struct profile_line *v;
	size_t n;
	uint64_t total; /* instructions of the kernel, of which `v` has most or all */
};

/* Zero-initialised it is empty. */
struct profile_lines {
	struct profile_part *v;
	size_t n;
};

/* `text` is NUL-terminated. -EPROTO with file and line when it is not as the plugin writes it, or not
 * complete. Release in any case. */
int profile_lines__parse(struct profile_lines *lines, const char *path, const char *text,
			 struct err *err);
void profile_lines__release(struct profile_lines *lines);

#endif
