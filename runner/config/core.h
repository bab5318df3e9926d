/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core.h - a CPU core, described by configs/cores/NAME.yaml.
 *
 * Section `tlb` has the sizes of the TLBs and where they are documented. A size may be unknown: then
 * that of configs/cores/generic.yaml is used, and marked as assumed. Section `pmu` has the numbers of
 * PMU events (runner/config/core_pmu.h). A core has at least one of the two sections.
 */
#ifndef KDUEL_CONFIG_CORE_H
#define KDUEL_CONFIG_CORE_H

#include "collectors/tlbmodel/geometry.h"
#include "lib/err.h"
#include "runner/config/core_pmu.h"

struct core {
	char *name, *note;
	char *tlb_source; /* source of the sizes; NULL if there is no section `tlb` */
	struct geometry geometry; /* complete: unknown sizes are filled in */
	bool assumed_l1i, assumed_l1d, assumed_l2; /* that TLB's size was unknown */
	struct core_pmu pmu; /* .source is NULL if there is no section `pmu` */
};

/* Name of the core from which unknown sizes are taken. */
#define CORE_GENERIC "generic"

/* Load a core's file. 0, and the caller releases `core`; -ENOENT: there is no such core (the message
 * lists those that exist); -EINVAL: `err` has all mistakes with file, line and column. */
int core__load(const char *name, struct core *core, struct err *err);
/* Like core__load(), from text. Unknown sizes are taken from `generic`; NULL: none may be unknown. */
int core__parse(const char *path, const char *text, size_t len, const struct core *generic,
		struct core *core, struct err *err);
/* "L1I 48, L1D 48, L2 1280 in 5 ways (assumed)"; caller frees. */
char *core__describe(const struct core *core);
/* Names of all cores that have a file, sorted. */
void core__list(struct strvec *names);
void core__release(struct core *core);

/* Find the core in configs/cores whose section `pmu` is for a CPU (core_pmu__cpu()). Returns its name
 * (the caller frees), with the section in *pmu, which the caller releases. NULL if there is none, or
 * if a file has a mistake, which `err` then names. */
char *core__find_pmu(const char *cpu, struct core_pmu *pmu, struct err *err);

#endif
