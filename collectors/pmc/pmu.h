/* SPDX-License-Identifier: GPL-2.0-only */
/* pmu.h - the PMU of this machine's CPUs, as sysfs shows it, and which events it has. */
#ifndef KDUEL_COLLECTORS_PMC_PMU_H
#define KDUEL_COLLECTORS_PMC_PMU_H

#include "collectors/pmc/pmc.h"

#define PMC_SYSFS "/sys/bus/event_source/devices"

struct pmc_pmu {
	char name[64]; /* its directory in sysfs; "" if there is none */
	uint32_t type; /* of struct perf_event_attr */
	bool arm; /* the files in events/ list the architected events that exist */
	struct strvec codes; /* "0x8", ... as in those files */
	unsigned int others; /* number of further PMUs of CPUs: there are CPUs of several kinds */
};

/* Find the PMU below `root` (PMC_SYSFS except in tests). The name is empty if there is none. */
void pmc_pmu__find(const char *root, struct pmc_pmu *pmu);
void pmc_pmu__release(struct pmc_pmu *pmu);

/* Parse the number after "event=" in a file of events/ ("event=0x008\n"). -EINVAL if it has another
 * form; with further fields it is not a plain event. */
int pmc_pmu__parse_event(const char *text, uint64_t *code);

/* Fill slot->spec and, if the event cannot exist, slot->status. codes[] is the core's table (0: not
 * in it); `forbidden` says why hardware events cannot be used; NULL: they can. */
void pmc_pmu__judge(const struct pmc_pmu *pmu, const uint64_t *codes, const char *forbidden,
		    struct pmc_slot *slot);

#endif
