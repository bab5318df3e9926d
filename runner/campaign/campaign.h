/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * campaign.h - one execution of a plan: prepare.h gets kernels and guest ready, run.h boots in the
 * order of the schedule and stores each boot as soon as it ends.
 */
#ifndef KDUEL_CAMPAIGN_CAMPAIGN_H
#define KDUEL_CAMPAIGN_CAMPAIGN_H

#include "reports/store/campaign.h"
#include "runner/packages/lock.h"
#include "runner/kernels/files/kernel.h"
#include "runner/campaign/schedule.h"
#include "runner/campaign/tags.h"
#include "runner/targets/target.h"
#include "runner/plan/tlb_cores.h"

#include <stdatomic.h>

/* The time that a campaign has (budget.h). */
struct campaign_budget {
	uint64_t until_ns; /* wall clock; 0: no such limit */
	const char *until; /* "06:30" */
	uint64_t plan_ns; /* the plan's `budget`; 0: no such limit */
	uint64_t spent_ns; /* of it, by boots of earlier runs */
	uint64_t began_ns; /* of this run; 0: not yet */
};

struct campaign_run {
	const struct plan *plan;
	const struct target_ops *ops;
	char uuid[UUID_LEN];
	struct schedule_slot *slots;
	size_t n_slots;
	bool *done; /* per slot: stored in an earlier run of this campaign */
	uint64_t *expected_ns; /* per slot: how long its boot may take; 0 in all: unknown */
	unsigned int parallel; /* boots at a time */
	size_t failed; /* boots of this run that did not end well, but for those the host failed */
	struct qemu *qemu; /* that all boots run in; NULL on other targets */
	struct machine_hold *machine; /* the real machine that all boots run on, or NULL */
	struct kernel **kernels; /* per variant, some shared; NULL where none boot */
	char **initrds; /* paths, per variant */
	char *root, *root_changes; /* root image or NULL; what changed since the last one */
	struct tlb_cores tlb; /* simulated in exact mode */
	char *modules; /* that the agent loads to mount the root, comma-separated; "" or NULL: none */
	struct lock lock; /* all packages that were used */
	struct campaign_budget budget;
	char *cut; /* what its time made of it, as the tag of this name; NULL: it did not end it */
	bool was_cut; /* an earlier run had that tag */
};

/* campaign_hooks.stop: the campaign itself stops, since its time is over. */
#define CAMPAIGN_TIME_OVER 2

/* Where a boot is, and the campaign. */
struct campaign_step {
	const char *what; /* "booting", "fio-dmcrypt" */
	unsigned int iteration, iterations; /* as in struct boot_opts */
	size_t done; /* boots, of earlier runs too */
	uint64_t elapsed_ns, left_ns; /* of this run; left: an estimate, 0: unknown */
};

struct campaign_hooks {
	/* As in struct boot_opts; the caller sets 1, the campaign CAMPAIGN_TIME_OVER. */
	atomic_int *stop;
	/* A boot has begun a step or an iteration; and each second again for the one that began last. */
	void (*progress)(const struct campaign_run *c, const struct schedule_slot *slot,
			 const struct campaign_step *step);
	/* A boot has ended, well or not, and is stored; left_ns as in struct campaign_step. */
	void (*booted)(const struct campaign_run *c, const struct schedule_slot *slot,
		       const struct store_boot *boot, uint64_t left_ns);
	/* A line for people: what was found, or that something slow begins. */
	void (*note)(const char *fmt, ...) __printf(1, 2);
	/* Progress of that: one line that replaces itself. */
	void (*working)(const char *fmt, ...) __printf(1, 2);
	bool dry; /* nothing will boot: do not build kernels */
};

/* Put a prepared campaign, its kernels and tags into the store, claimed by this process: in one
 * transaction. 0 or -errno. */
int campaign_run__create(struct campaign_run *c, const struct tags *tags, struct store *st,
			 struct err *err);
/* Fill the spec of one boot, whose strings live as long as the campaign. */
void campaign_run__spec(const struct campaign_run *c, const struct schedule_slot *slot,
			const char *run_dir, struct boot_spec *spec);

#endif
