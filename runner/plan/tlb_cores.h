/* SPDX-License-Identifier: GPL-2.0-only */
/* tlb_cores.h - whose TLBs the boots of a campaign simulate. */
#ifndef KDUEL_PLAN_TLB_CORES_H
#define KDUEL_PLAN_TLB_CORES_H

#include "runner/plan/plan.h"

/* The cores' files are read once: what becomes of them while a campaign runs changes no boot.
 * Zero-initialised it has none. */
struct tlb_cores {
	struct strvec words; /* for the plugin, geometry__format(): a name and all sizes */
	struct strvec texts; /* for people: the sizes, which are assumed, where they are from */
};

/* Read the files of the cores that a plan names, or of the default ones, into an empty `cores`.
 * 0; -ENOENT: a core has no file; -EINVAL: it is wrong. To be released in any case. */
int tlb_cores__load(const struct plan *plan, struct tlb_cores *cores, struct err *err);
/* All words in one, as a fact of each boot has them; caller frees. */
char *tlb_cores__fact(const struct tlb_cores *cores);
void tlb_cores__release(struct tlb_cores *cores);

#endif
