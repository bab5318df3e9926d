/* SPDX-License-Identifier: GPL-2.0-only */
/* campaign.h - campaigns with their variants, how they are to be judged, and their boots. */
#ifndef KDUEL_STORE_CAMPAIGN_H
#define KDUEL_STORE_CAMPAIGN_H

#include "reports/store/boot.h"

struct store_kernel {
	char hash[65]; /* content identity: image and modules */
	const char *release, *arch;
	const char *origin; /* "package linux-image-... 6.18.15-1" or a path */
	const char *config_hash; /* sha256 of the config, or "" */
	const char *config; /* its text, kept once however many kernels have it; or NULL */
};

/*
 * The rows below serve both directions. Loaded ones own their strings, which are never NULL; a writer
 * leaves out what the store gives (ids, state, boots, the kernels' details) and keeps its own strings.
 */

struct campaign_variant {
	int64_t id;
	const char *name, *cpu, *cmdline;
	const char *kernel_hash; /* "" on the fake target, as the four below */
	const char *release, *arch, *origin, *config_hash; /* of the kernel that was added before */
	bool baseline;
};

struct campaign_compare {
	const char *title;
	size_t candidate, baseline; /* indices into variants */
};

/* A 2x2: which variant has both factors, only the second, only the first, or neither. */
struct campaign_factorial {
	const char *title;
	size_t cell[4]; /* indices into variants, in the order of enum factorial_cell */
};

/* A margin that the plan sets in place of the metric's own. */
struct campaign_margin {
	const char *source, *metric; /* plug-in and name */
	double abs, rel; /* one of them > 0: in the metric's unit, or 0.02 = 2 % */
};

struct campaign_boot {
	int64_t id;
	const char *uuid, *detail, *command;
	unsigned int slot, block;
	size_t variant; /* index into variants */
	uint64_t seed, started_ns, ended_ns;
	enum boot_status status;
	const char *workload; /* the only one it ran, in exact mode; "": all of the plan's */
	/* The running system that it was a session on, as a name that is equal for sessions on the
	 * same boot of it, in other campaigns, too. "": the system was booted for it. */
	const char *running;
	int repeat_of; /* slot that it repeats with the same seed, or -1 */
	/* It repeats a boot that ended well, or failed itself in repeating: no observation of its
	 * own, it counts in no statistics. */
	bool repeat;
};

struct campaign {
	int64_t id;
	const char *uuid, *name, *plan_path, *plan_text, *target, *host, *version, *lock_text;
	/* "running", "interrupted", "interrupted (killed)" while nobody has said so, "finished" */
	const char *state;
	/* What its time made of it ("3 of 10 blocks, until 06:30"), ""; or NULL in a campaign that was not
	 * loaded. */
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

/* A campaign with more boots is damaged: it would take a year of them. */
#define STORE_SLOTS_MAX 1000000

/* Writing: 0 or -errno (-ENOSPC: disk full), each call is one transaction. What is there
 * already (by UUID or hash) is left as it is, so that importing twice adds nothing. */
int store__add_kernel(struct store *st, const struct store_kernel *k, struct err *err);
int store__add_campaign(struct store *st, const struct campaign *c, struct err *err);
int store__finish_campaign(
	struct store *st, const char *campaign, const char *state,
	struct err *err); /* "finished" or "interrupted"; gives up this process's claim */
/* Which slots have a boot that counts as done (anything but interrupted): sets done[slot]. */
int store__slots_done(struct store *st, const char *campaign, bool *done, unsigned int n,
		      struct err *err);

/* One line of `kduel list`. */
struct campaign_brief {
	int64_t id;
	const char *uuid, *name, *plan, *target, *host, *state; /* owned, as the two below */
	const char *variants, *kernels; /* their names and releases, with commas between */
	uint64_t created_ns;
	unsigned int n_slots;
	unsigned int n_done; /* slots with a boot that counts, failed ones included */
	unsigned int n_failed;
};

/* Newest first; *list is NULL when there are none. */
int store__list(struct store *st, struct campaign_brief **list, size_t *n, struct err *err);
void campaign_brief__free(struct campaign_brief *list, size_t n);

/* The campaign that `key` names, as for store__find(). */
int store__load(struct store *st, const char *key, struct campaign **c, struct err *err);
void campaign__free(struct campaign *c);
CLEANUP_POINTER(struct campaign, campaign__free)
/* Index of a variant by name, or -ENOENT with the names there are. */
int campaign__variant(const struct campaign *c, const char *name, struct err *err);

#endif
