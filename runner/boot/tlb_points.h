/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb_points.h - what the plugin in QEMU saw at the points of a workload's curve, and of aliases. */
#ifndef KDUEL_BOOT_TLB_POINTS_H
#define KDUEL_BOOT_TLB_POINTS_H

#include "runner/boot/record.h"
#include "runner/boot/tlb_lines.h"

/* Add it to the text that the agent kept of the workload's points (workloads/support/points.h), and to
 * the record the samples that follow from it. Nothing when there are no points. 0 or -EPROTO. */
int tlb_points__add(struct record *rec, const struct tlb_lines *lines, const char *workload,
		    const struct metric *metrics, struct err *err);
/* The areas of a census that the linear map has writable and another mapping read-only, one a line;
 * `areas` is the agent's text of where generated code is (TLB_AREAS), NULL: none. NULL: the census has
 * none of them. The caller frees. */
char *tlb_points__aliases(const json_t *census, const char *areas);

#endif
