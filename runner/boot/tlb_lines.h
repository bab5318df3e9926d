/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb_lines.h - parses the file that the TLB model's plugin writes, and checks that it is
 * complete. */
#ifndef KDUEL_BOOT_TLB_LINES_H
#define KDUEL_BOOT_TLB_LINES_H

#include "collectors/tlbmodel/marker.h"
#include "lib/err.h"

#include <jansson.h>

struct tlb_lines {
	json_t *start;
	bool only_counts; /* x86_64: no page tables are walked */
	json_t *bounds; /* the latest */
	json_t *census[CENSUS_MAX];
	json_t **iteration; /* in order */
	size_t n;
	json_t **point; /* points of the workload's curve, in order */
	size_t n_points;
};

/* Parse the file; `path` is for messages. -EPROTO: a line is not what the plugin writes, or reports
 * an error; or something required is missing: start, both censuses (unless only_counts), an end for
 * each begin, at least one iteration, the end of the file. Release `lines` in any case. */
int tlb_lines__parse(struct tlb_lines *lines, const char *path, const char *text, size_t len,
		     struct err *err);
void tlb_lines__release(struct tlb_lines *lines);

#endif
