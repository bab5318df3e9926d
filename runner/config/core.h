/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core.h - a CPU core: configs/cores/NAME.yaml, one file a core.
 *
 * Section `tlb` has the sizes of its TLBs and their source. A size may be unknown: then that of
 * configs/cores/generic.yaml is used, and marked as assumed. Section `pmu` has the
 * numbers of its events (runner/config/core_pmu.h). A core has one of the two at least.
 */
#ifndef KDUEL_CONFIG_CORE_H
#define KDUEL_CONFIG_CORE_H

#include "collectors/tlbmodel/geometry.h"
#include "lib/err.h"
#include "runner/config/core_pmu.h"

struct core {
	char *name, *note;
	char *tlb_source; /* where the sizes are from; NULL without a section `tlb` */
	struct geometry geometry; /* complete: unknown sizes filled in */
	bool assumed_l1i, assumed_l1d, assumed_l2; /* those */
	struct core_pmu pmu; /* .source is NULL without a section `pmu` */
};

/* The core that unknown sizes are taken from. */
#define CORE_GENERIC "generic"

/* Load a core's file. -ENOENT: there is none (the message lists those that are); -EINVAL: `err`
 * has every mistake with file, line and column. The caller releases `core` when it is 0. */
int core__load(const char *name, struct core *core, struct err *err);
/* The same from text. `generic` gives what is unknown; NULL: nothing may be. */
int core__parse(const char *path, const char *text, size_t len, const struct core *generic,
		struct core *core, struct err *err);
/* "L1I 48, L1D 48, L2 1280 in 5 ways (assumed)"; caller frees. */
char *core__describe(const struct core *core);
/* Names of all cores that have a file, sorted. */
void core__list(struct strvec *names);
void core__release(struct core *core);

/* Of all files in configs/cores, the name of the one for this CPU (the caller frees) and its
 * section; NULL when there is none, or when a file is wrong: then `err` says where. */
char *core__find_pmu(const char *cpu, struct core_pmu *pmu, struct err *err);

#endif
