/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core_pmu.h - section `pmu` of configs/cores/NAME.yaml: the numbers of a core's PMU events, and the
 * CPUs that they are for.
 */
#ifndef KDUEL_CONFIG_CORE_PMU_H
#define KDUEL_CONFIG_CORE_PMU_H

#include "collectors/pmc/pmc.h"
#include "lib/err.h"
#include "runner/config/yaml.h"

struct core_pmu {
	char *source; /* source of the numbers; NULL if there is no section `pmu` */
	struct strvec cpus; /* "0x410fd0c0", "GenuineIntel-6-85", "AuthenticAMD-25-*" */
	uint64_t codes[PMC_MAX]; /* 0: the core has no such event */
};

/* Read the section; mistakes become notes of `y`. The caller releases `pmu`. */
void core_pmu__read(struct yaml *y, const yaml_node_t *n, struct core_pmu *pmu);
void core_pmu__release(struct core_pmu *pmu);
/* Is the section for this CPU, named as by core_pmu__this_cpu()? */
bool core_pmu__is_for(const struct core_pmu *pmu, const char *cpu);
/* The events that the core has as "dtlb_walk=0x34 ...", which collectors read with pmc__parse_table().
 * The caller frees. */
char *core_pmu__table(const struct core_pmu *pmu);

/* The name of a CPU, as in the key `cpu`: the MIDR without variant and revision, such as
 * "0x410fd0c0", from the text of midr_el1; or, if `midr` is NULL, "VENDOR-FAMILY-MODEL" from the text
 * of /proc/cpuinfo. The caller frees; NULL if it cannot be told. */
char *core_pmu__cpu(const char *midr, const char *cpuinfo);
/* The name of the CPU described by /proc and /sys below directory `root`; "": this host's. */
char *core_pmu__this_cpu(const char *root);

#endif
