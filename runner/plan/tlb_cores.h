/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb_cores.h - the cores whose TLBs the boots of a campaign simulate. */
#ifndef KDUEL_PLAN_TLB_CORES_H
#define KDUEL_PLAN_TLB_CORES_H

#include "runner/plan/plan.h"

/* The cores' files are read once, so that edits while a campaign runs do not affect its boots.
 * Zero-initialised, it has no cores. */
struct tlb_cores {
	struct strvec words; /* plugin arguments (geometry__format()): a core's name and sizes */
	struct strvec texts; /* for people: a core's sizes, which of them are assumed, the source */
};

/* Read the files of the plan's cores, or of the default ones, into an empty `cores`. 0; -ENOENT: a
 * core has no file; -EINVAL: its file has a mistake. The caller releases `cores` even on failure. */
int tlb_cores__load(const struct plan *plan, struct tlb_cores *cores, struct err *err);
/* All words joined by spaces, as each boot records them in a fact. The caller frees. */
char *tlb_cores__fact(const struct tlb_cores *cores);
void tlb_cores__release(struct tlb_cores *cores);

#endif
