/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb_lines.h - the file that the TLB model's plugin writes, checked for completeness. */
#ifndef KDUEL_BOOT_TLB_LINES_H
#define KDUEL_BOOT_TLB_LINES_H

#include "collectors/tlbmodel/marker.h"
#include "lib/err.h"

#include <jansson.h>

struct tlb_lines {
	json_t *start;
	bool only_counts; /* of x86_64: no page tables are walked */
	json_t *bounds; /* the newest */
	json_t *census[CENSUS_MAX];
	json_t **iteration; /* in order */
	size_t n;
	json_t **point; /* of the workload's curve, in order */
	size_t n_points;
};

/* -EPROTO: a line is no JSON of ours, says an error, or one that must be there is missing: start,
 * both censuses (unless only_counts), an end to each begin, at least one iteration, the end of the file. `path` is for
 * messages. `lines` is to be released in any case. */
int tlb_lines__parse(struct tlb_lines *lines, const char *path, const char *text, size_t len,
		     struct err *err);
void tlb_lines__release(struct tlb_lines *lines);

#endif
