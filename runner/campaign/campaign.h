/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * campaign.h - one execution of a plan. prepare.h gets kernels and guest ready; run.h boots in the
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

/* The time limits of a campaign (budget.h). */
struct campaign_budget {
	uint64_t until_ns; /* end, by the wall clock; 0: no such limit */
	const char *until; /* the same as the user wrote it: "06:30" */
	uint64_t plan_ns; /* the plan's `budget`; 0: no such limit */
	uint64_t spent_ns; /* how much of plan_ns earlier runs have used */
	uint64_t began_ns; /* start of this run (clock__ns()); 0: not started */
};

struct campaign_run {
	const struct plan *plan;
	const struct target_ops *ops;
	char uuid[UUID_LEN];
	struct schedule_slot *slots;
	size_t n_slots;
	bool *done; /* per slot: its boot is stored, by this or an earlier run */
	uint64_t *expected_ns; /* per slot: expected duration of its boot; 0 in all: unknown */
	unsigned int parallel; /* boots at a time */
	size_t failed; /* boots of this run that failed, except for those that the host failed */
	struct qemu *qemu; /* for all boots; NULL on other targets */
	struct machine_hold *machine; /* the real machine for all boots, or NULL */
	struct kernel **kernels; /* per variant, some shared; NULL if none are booted */
	char **initrds; /* paths, per variant */
	char *root, *root_changes; /* root image or NULL; what changed since the last one */
	struct tlb_cores tlb; /* simulated in exact mode */
	char *modules; /* comma-separated, for boot_spec.modules; "" or NULL: none */
	struct lock lock; /* all packages that were used */
	struct campaign_budget budget;
	char *cut; /* value of TAG_CUT if the time limit ended the campaign early; else NULL */
	bool was_cut; /* an earlier run has set TAG_CUT */
};

/* Value of *campaign_hooks.stop if the campaign stops itself because its time is over. */
#define CAMPAIGN_TIME_OVER 2

/* Progress of a boot and of the campaign. */
struct campaign_step {
	const char *what; /* "booting", "fio-dmcrypt" */
	unsigned int iteration, iterations; /* as in struct boot_opts */
	size_t done; /* boots that are done, including those of earlier runs */
	uint64_t elapsed_ns; /* since the start of this run */
	uint64_t left_ns; /* estimate of the remaining time; 0: unknown */
};

struct campaign_hooks {
	/* As in struct boot_opts. The caller sets it to 1, the campaign to CAMPAIGN_TIME_OVER. */
	atomic_int *stop;
	/* A boot has begun a step or an iteration; repeated every second for the latest one. */
	void (*progress)(const struct campaign_run *c, const struct schedule_slot *slot,
			 const struct campaign_step *step);
	/* A boot has ended, successfully or not, and is stored. left_ns as in struct
	 * campaign_step. */
	void (*booted)(const struct campaign_run *c, const struct schedule_slot *slot,
		       const struct store_boot *boot, uint64_t left_ns);
	/* A message for the user: what was found, or that something slow begins. */
	void (*note)(const char *fmt, ...) __printf(1, 2);
	/* Progress of something slow: each line replaces the one before. */
	void (*working)(const char *fmt, ...) __printf(1, 2);
	bool dry; /* a dry run: build no kernels, take no machine */
};

/* Put a prepared campaign with its kernels and tags into the store, claimed by this process, in one
 * transaction. 0 or -errno. */
int campaign_run__create(struct campaign_run *c, const struct tags *tags, struct store *st,
			 struct err *err);
/* Fill the spec of one boot. Its strings belong to the campaign, except for `run_dir`. */
void campaign_run__spec(const struct campaign_run *c, const struct schedule_slot *slot,
			const char *run_dir, struct boot_spec *spec);

#endif
