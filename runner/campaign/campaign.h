/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * campaign.h - one execution of a plan: get kernels and guest ready, then boot
 * after boot in the order of the schedule, each stored as soon as it ends.
 */
#ifndef KDUEL_CAMPAIGN_CAMPAIGN_H
#define KDUEL_CAMPAIGN_CAMPAIGN_H

#include "reports/store/campaign.h"
#include "runner/packages/lock.h"
#include "runner/kernels/files/kernel.h"
#include "runner/campaign/schedule.h"
#include "runner/targets/target.h"
#include "runner/plan/tlb_cores.h"

#include <stdatomic.h>

struct campaign_run {
	const struct plan *plan;
	const struct target_ops *ops;
	char uuid[UUID_LEN];
	struct schedule_slot *slots;
	size_t n_slots;
	bool *done; /* per slot: stored in an earlier run of this campaign */
	unsigned int parallel; /* boots at a time */
	size_t failed; /* boots of this run that did not end well */
	struct qemu *qemu; /* what all boots run in; NULL on other targets */
	struct kernel **kernels; /* per variant; NULL on the fake target */
	char **initrds; /* per variant */
	char *root, *root_changes; /* image or NULL; what differs from the last one */
	struct tlb_cores tlb; /* simulated, in exact mode */
	char *modules; /* of the root disk, comma-separated */
	struct lock lock;
};

struct campaign_hooks {
	const atomic_int *stop; /* as in struct boot_opts */
	/* What a boot is doing; `done` boots of all are finished, `eta_ns` is 0 when unknown. */
	void (*progress)(const struct campaign_run *c, const struct schedule_slot *slot,
			 const char *what, size_t done, uint64_t eta_ns);
	/* A boot ended (also a failed one). */
	void (*booted)(const struct campaign_run *c, const struct schedule_slot *slot,
		       const struct store_boot *boot);
	/* Something that takes long is about to begin, for people. */
	void (*note)(const char *fmt, ...) __printf(1, 2);
	/* How far it is: one line that replaces itself. */
	void (*working)(const char *fmt, ...) __printf(1, 2);
	bool dry; /* nothing will boot: kernels that would have to be built are not */
};

/* Resolve kernels, root image and initramfs, and build the schedule; with `want` exactly those
 * packages. Nothing boots. 0 or -errno with `err`, which names the plan's line where it can. */
int campaign_run__prepare(struct campaign_run *c, const struct plan *plan, const struct lock *want,
			  const struct campaign_hooks *hooks, struct err *err);
/* Give it an identity and put it into the store. */
int campaign_run__create(struct campaign_run *c, struct store *st, struct err *err);
/* Run every slot that is not done, each stored as soon as it ends. 0; -EINTR when stopped;
 * -ECANCELED when a boot failed and the plan says to stop; -EBADMSG when an exact boot did not
 * repeat; or -errno when the store failed. The hooks are called from the caller's thread. */
int campaign_run__go(struct campaign_run *c, struct store *st, const struct campaign_hooks *hooks,
		     struct err *err);
/* The spec of one boot; strings live as long as the campaign. */
void campaign_run__spec(const struct campaign_run *c, const struct schedule_slot *slot,
			const char *run_dir, struct boot_spec *spec);
void campaign_run__release(struct campaign_run *c);

#endif
