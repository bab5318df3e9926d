/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core_pmu.h - section `pmu` of configs/cores/NAME.yaml: the numbers of a core's events, and
 * which CPUs it is for.
 */
#ifndef KDUEL_CONFIG_CORE_PMU_H
#define KDUEL_CONFIG_CORE_PMU_H

#include "collectors/pmc/pmc.h"
#include "lib/err.h"
#include "runner/config/yaml.h"

struct core_pmu {
	char *source; /* where the numbers are from; NULL without a section `pmu` */
	struct strvec cpus; /* "0x410fd0c0", "GenuineIntel-6-85", "AuthenticAMD-25-*" */
	uint64_t codes[PMC_MAX]; /* 0: the core has no such event */
};

/* Read the section; mistakes are noted at their places. */
void core_pmu__read(struct yaml *y, const yaml_node_t *n, struct core_pmu *pmu);
void core_pmu__release(struct core_pmu *pmu);
/* Is the core for this CPU (core_pmu__this_cpu())? */
bool core_pmu__is_for(const struct core_pmu *pmu, const char *cpu);
/* "dtlb_walk=0x34 ...", for the collector; the caller frees. */
char *core_pmu__table(const struct core_pmu *pmu);

/* What this machine's CPU is called in `cpu`: MIDR without variant and revision as "0x410fd0c0",
 * or "VENDOR-FAMILY-MODEL". From the text of midr_el1 or, when that is NULL, of /proc/cpuinfo.
 * The caller frees; NULL: neither says. */
char *core_pmu__cpu(const char *midr, const char *cpuinfo);
/* The same from the /proc and /sys below directory `root`: "" is this machine's. */
char *core_pmu__this_cpu(const char *root);

#endif
