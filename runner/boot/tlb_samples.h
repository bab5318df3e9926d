/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb_samples.h - from the plugin's counts to the metrics of collector tlbmodel. */
#ifndef KDUEL_BOOT_TLB_SAMPLES_H
#define KDUEL_BOOT_TLB_SAMPLES_H

#include "collectors/support/layout.h"
#include "lib/metric.h"
#include "runner/boot/tlb_lines.h"

struct tlb_sample {
	const struct metric *metric; /* of the collector's table */
	double value;
};

/* Zero-initialised it is empty; free `v`. */
struct tlb_samples {
	struct tlb_sample *v;
	size_t n;
};

/* All of an iteration, ratios from the raw counts. `ops`: what the workload did, 0: not stated.
 * 0, or -EPROTO with the member that is missing. */
int tlb_samples__iteration(const json_t *iteration, uint64_t ops, struct tlb_samples *out,
			   struct err *err);
/* A census as the layout it counted; the caller frees with layout__free(). 0 or -EPROTO. */
int tlb_samples__layout(const json_t *census, struct layout **layout, struct err *err);
/* The same with one more section, TLB_ADDED: of the linear map what was added to the kernel's memory.
 * -ENOENT: nothing was. */
int tlb_samples__added(const json_t *census, struct layout **layout, struct err *err);
/* The figures of a census; with `all` permissions and tables, too. 0 or -EPROTO. */
int tlb_samples__census(const json_t *census, bool all, struct tlb_samples *out, struct err *err);

#endif
