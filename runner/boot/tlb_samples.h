/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb_samples.h - computes the metrics of collector tlbmodel from the plugin's counts. */
#ifndef KDUEL_BOOT_TLB_SAMPLES_H
#define KDUEL_BOOT_TLB_SAMPLES_H

#include "collectors/support/layout.h"
#include "lib/metric.h"
#include "runner/boot/tlb_lines.h"

struct tlb_sample {
	const struct metric *metric; /* in the collector's table */
	double value;
};

/* Empty when zero-initialised. Free `v`. */
struct tlb_samples {
	struct tlb_sample *v;
	size_t n;
};

/* All metrics of an iteration. `ops` is the number of operations of the workload, 0: not known. 0,
 * or -EPROTO with the member that is missing. */
int tlb_samples__iteration(const json_t *iteration, uint64_t ops, struct tlb_samples *out,
			   struct err *err);
/* Convert a census to a layout, which the caller frees with layout__free(). 0 or -EPROTO. */
int tlb_samples__layout(const json_t *census, struct layout **layout, struct err *err);
/* The same with one more section, TLB_ADDED: the hotplugged memory in the linear map. -ENOENT:
 * there is none. */
int tlb_samples__added(const json_t *census, struct layout **layout, struct err *err);
/* The metrics of a census; with `all`, also of permissions and tables. 0 or -EPROTO. */
int tlb_samples__census(const json_t *census, bool all, struct tlb_samples *out, struct err *err);

#endif
