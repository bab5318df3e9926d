/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb_points.h - what the plugin in QEMU saw at the points of a workload's curve, and aliases. */
#ifndef KDUEL_BOOT_TLB_POINTS_H
#define KDUEL_BOOT_TLB_POINTS_H

#include "runner/boot/record.h"
#include "runner/boot/tlb_lines.h"

/* Add the plugin's figures to the text with the workload's points (workloads/support/points.h), and
 * the resulting samples to the record. Without points nothing is done. 0 or -EPROTO. */
int tlb_points__add(struct record *rec, const struct tlb_lines *lines, const char *workload,
		    const struct metric *metrics, struct err *err);
/* The areas in a census that the linear map has writable while another mapping is read-only, one
 * per line. `areas` is the agent's text with the places of generated code (TLB_AREAS), or NULL.
 * NULL: there are no such areas. The caller frees. */
char *tlb_points__aliases(const json_t *census, const char *areas);

#endif
