/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pmc.h - counting events: names, groups, and the evaluation of readings. Only computes; touches no
 * counter.
 */
#ifndef KDUEL_COLLECTORS_PMC_PMC_H
#define KDUEL_COLLECTORS_PMC_PMC_H

#include "lib/err.h"
#include "lib/strvec.h"

enum pmc_event {
#define EVENT(name, ...) PMC_##name,
#define SOFTWARE(name, ...) PMC_##name,
#include "collectors/pmc/list.h"
#undef EVENT
#undef SOFTWARE
	PMC_MAX,
	PMC_NONE = PMC_MAX,
};

/* Whose work is counted. Software events have no sides. */
enum pmc_side {
	PMC_KERNEL,
	PMC_USER,
	PMC_ALL,
};

/* How a counter is set up. */
struct pmc_spec {
	enum pmc_event event;
	enum pmc_side side;
	uint32_t type; /* of struct perf_event_attr */
	uint64_t config;
};

/* An event to count, and the reason if it cannot be counted. */
struct pmc_slot {
	struct pmc_spec spec;
	bool proof; /* to be tried: it exists only if known work makes it count */
	char status[160]; /* why it cannot be counted; "": it can */
};

#define PMC_GROUP_MAX 32

/* Events that are counted at the same time. */
struct pmc_group {
	struct pmc_slot *slots[PMC_GROUP_MAX]; /* not owned; the first one leads */
	size_t n;
	unsigned int turn; /* groups with the same turn can be counted together, all the time */
};

#define PMC_EVERY_TURN UINT32_MAX

/* One counter on one CPU: totals since it was opened. */
struct pmc_reading {
	uint64_t value, enabled_ns, running_ns;
};

/* A counter over all its CPUs and a period of time. */
struct pmc_total {
	double value; /* scaled if it was multiplexed */
	uint64_t enabled_ns, running_ns;
};

struct pmc_ratio {
	const char *name;
	enum pmc_event over, under, plus; /* plus: added to the denominator, or PMC_NONE */
	double factor;
};

extern const struct pmc_ratio pmc_ratios[];
extern const size_t pmc_n_ratios;

const char *pmc_event__name(enum pmc_event e);
bool pmc_event__software(enum pmc_event e);
/* Its number in the Arm architecture, or 0; for a software event the config. */
uint64_t pmc_event__code(enum pmc_event e);
/* The inverse of pmc_event__name(); PMC_NONE if unknown. */
enum pmc_event pmc_event__find(const char *name);
/* Do the files in sysfs tell whether an Arm CPU has the event `code`? True below 0x40 and from
 * 0x4000 to 0x403f: those are in PMCEID (Arm DDI 0487, D13; drivers/perf/arm_pmuv3.c). */
bool pmc_code__architected(uint64_t code);

/* Parse "all" or a list "dtlb_walk_mpki, cycles" of events and ratios; want[] has PMC_MAX
 * entries. -EINVAL with the nearest name in `err`. */
int pmc__parse_wanted(const char *text, bool *want, struct err *err);
/* Parse a table "dtlb_walk=0x34 dtlb_steps=0xd80d"; codes[] has PMC_MAX entries, 0: not in it.
 * -EINVAL with the reason. */
int pmc__parse_table(const char *text, uint64_t *codes, struct err *err);

/* Do these `n` groups fit the PMU together? Called repeatedly, with growing groups. */
typedef bool (*pmc_fits)(void *arg, const struct pmc_group *g, size_t n);

/* Put slots without a status into groups that fit the PMU, each led by the instructions of its side
 * if they can be counted: then the parts of a ratio are counted at the same time. A slot that fits
 * nowhere gets a status. Returns the number of groups; *out is the array (caller frees). */
size_t pmc__group(struct pmc_slot *slots, size_t n, pmc_fits fits, void *arg,
		  struct pmc_group **out);

/* Set the turns of groups: as few as possible, filled one after the other. Software events are
 * counted in every turn. Returns the number of turns, at least 1. */
unsigned int pmc__turns(struct pmc_group *groups, size_t n, pmc_fits fits, void *arg);

/* Add up what `n` CPUs counted between two readings. `sparse`: ignore CPUs on which the counter was
 * never enabled (cgroups). -ENODATA with the reason in `why`: it was not counted, which is not the
 * same as 0. */
int pmc__total(const struct pmc_reading *before, const struct pmc_reading *after, size_t n,
	       bool sparse, struct pmc_total *out, const char **why);

/* Compute a ratio from totals by event (running_ns 0: not counted). -ENODATA if one is missing
 * or the denominator is 0. The times in `out` are those of the part that ran for the smallest
 * share. */
int pmc_ratio__value(const struct pmc_ratio *r, const struct pmc_total *by_event,
		     struct pmc_total *out);

#endif
