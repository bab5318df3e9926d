/* SPDX-License-Identifier: GPL-2.0-only */
/* campaign.h - campaigns: variants, boots, and how they are to be judged. */
#ifndef KDUEL_STORE_CAMPAIGN_H
#define KDUEL_STORE_CAMPAIGN_H

#include "reports/store/boot.h"

struct store_kernel {
	char hash[65]; /* content identity: image and modules */
	const char *release, *arch;
	const char *origin; /* "package linux-image-... 6.18.15-1" or a path */
	const char *config_hash; /* sha256 of the config, or "" */
	const char *config; /* its text, stored once for all kernels that share it; or NULL */
};

/*
 * The structs below are used for reading and writing. When loaded, they own their strings, which
 * are never NULL. A writer keeps ownership of its strings and leaves out what the store fills in:
 * ids, state, boots and the details of kernels.
 */

struct campaign_variant {
	int64_t id;
	const char *name, *cpu, *cmdline;
	const char *kernel_hash; /* "" on the fake target, as the four below */
	/* Of the kernel, which must have been added before. */
	const char *release, *arch, *origin, *config_hash;
	bool baseline;
};

struct campaign_compare {
	const char *title;
	size_t candidate, baseline; /* indices into variants */
};

/* A 2x2 table of two factors: the variants with both, only the second, only the first, and
 * neither. */
struct campaign_factorial {
	const char *title;
	size_t cell[4]; /* indices into variants, in the order of enum factorial_cell */
};

/* A margin in the plan that overrides the metric's own. */
struct campaign_margin {
	const char *source, *metric; /* plug-in and name */
	double abs, rel; /* at least one > 0; abs in the metric's unit, rel 0.02 = 2 % */
};

struct campaign_boot {
	int64_t id;
	const char *uuid, *detail, *command;
	unsigned int slot, block;
	size_t variant; /* index into variants */
	uint64_t seed, started_ns, ended_ns;
	enum boot_status status;
	const char *workload; /* in exact mode, the one that it ran; "": all of the plan's */
	/* On targets that reuse a running system: a name for that boot of the system, equal for all
	 * sessions on it, even across campaigns. "": booted for this slot. */
	const char *running;
	int repeat_of; /* the slot that it repeats with the same seed, or -1 */
	/* A repeat of a good boot, or a repeat that failed: not an independent observation, so left
	 * out of all statistics. */
	bool repeat;
};

struct campaign {
	int64_t id;
	const char *uuid, *name, *plan_path, *plan_text, *target, *host, *version, *lock_text;
	/* "running", "interrupted", "interrupted (killed)" if its process is gone but the database
	 * still has "running", or "finished" */
	const char *state;
	/* How its time limit cut it short ("3 of 10 blocks, until 06:30"), or ""; NULL in a
	 * campaign that was not loaded. */
	const char *cut;
	uint64_t seed, created_ns; /* wall clock */
	unsigned int n_slots; /* boots in the schedule */
	struct campaign_variant *variants; /* in the order of the plan */
	size_t n_variants;
	struct campaign_compare *compares;
	size_t n_compares;
	bool paired; /* the plan says `design: paired` */
	struct campaign_factorial *factorials;
	size_t n_factorials;
	struct campaign_margin *margins;
	size_t n_margins;
	struct campaign_boot *boots; /* by slot, then by time */
	size_t n_boots;
};

/* Upper limit for boots per campaign: more would take a year, so the database must be damaged. */
#define STORE_SLOTS_MAX 1000000

/* Writing, one transaction per call: 0 or -errno (-ENOSPC: disk full). What is already there (by
 * UUID or hash) is left alone, so that importing twice adds nothing. */
int store__add_kernel(struct store *st, const struct store_kernel *k, struct err *err);
int store__add_campaign(struct store *st, const struct campaign *c, struct err *err);
int store__finish_campaign(
	struct store *st, const char *campaign, const char *state,
	struct err *err); /* "finished" or "interrupted"; drops this process's claim */
/* For each of the first `n` slots, does it have a boot that fills it (boot_status__fills_slot())? */
int store__slots_done(struct store *st, const char *campaign, bool *done, unsigned int n,
		      struct err *err);

/* One line of `kduel list`. */
struct campaign_brief {
	int64_t id;
	const char *uuid, *name, *plan, *target, *host, *state; /* owned, as are the two below */
	/* Names of the variants and releases of their kernels, comma-separated. */
	const char *variants, *kernels;
	uint64_t created_ns;
	unsigned int n_slots;
	unsigned int n_done; /* slots that are filled, including failed boots */
	unsigned int n_failed;
};

/* All campaigns, newest first; *list is NULL if there are none. Free with
 * campaign_brief__free(). */
int store__list(struct store *st, struct campaign_brief **list, size_t *n, struct err *err);
void campaign_brief__free(struct campaign_brief *list, size_t n);

/* Load the campaign that `key` names, as for store__find(). */
int store__load(struct store *st, const char *key, struct campaign **c, struct err *err);
void campaign__free(struct campaign *c);
CLEANUP_POINTER(struct campaign, campaign__free)
/* Index of a variant by name, or -ENOENT with the existing names in `err`. */
int campaign__variant(const struct campaign *c, const char *name, struct err *err);

#endif
