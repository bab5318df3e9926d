/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store.h - campaigns, boots and samples in SQLite; the only place with SQL.
 *
 * Append-only: rows are added, a campaign's state moves forward, nothing else
 * changes. Every row has a UUID or a natural key, so that databases merge.
 * docs/SCHEMA.md describes the tables.
 */
#ifndef KDUEL_STORE_STORE_H
#define KDUEL_STORE_STORE_H

#include "lib/err.h"
#include "lib/metric.h"

#define STORE_SCHEMA 7
#define UUID_LEN 37 /* with the terminating NUL */

enum boot_status {
	BOOT_OK,
	BOOT_PANIC, /* the kernel panicked */
	BOOT_KERNEL_BUG, /* oops, BUG or lockup without a panic, and the agent went away */
	BOOT_TIMEOUT, /* no agent within the plan's boot_timeout */
	BOOT_AGENT_LOST, /* the agent fell silent */
	BOOT_AGENT_DIED, /* the connection ended though the kernel did not say why */
	BOOT_WORKLOAD_FAILED,
	BOOT_WORKLOAD_TIMEOUT,
	BOOT_UNSUPPORTED, /* a workload cannot run on this kernel */
	BOOT_PROTOCOL, /* the agent sent something that is no valid message */
	BOOT_HOST_DISK_FULL,
	BOOT_TARGET_MISSING, /* QEMU could not be started */
	BOOT_TARGET_KILLED, /* QEMU ended in the middle by a signal or an error of its own */
	BOOT_INTERRUPTED, /* the user stopped the campaign; such a boot is run again on resume */
	BOOT_STATUS_MAX,
};

/* Did the boot end, and not well? */
bool boot_status__is_failure(enum boot_status s);
const char *boot_status__name(enum boot_status s); /* "workload-timeout", ... */
int boot_status__parse(const char *name); /* -EINVAL if unknown */

struct store_kernel {
	char hash[65]; /* content identity: image and modules */
	const char *release, *arch;
	const char *origin; /* "package linux-image-... 6.18.15-1" or a path */
	const char *config_hash; /* sha256 of the config, or "" */
	const char *config; /* its text, kept once however many kernels have it; or NULL */
};

struct store_variant {
	const char *name, *cpu, *cmdline;
	char kernel_hash[65]; /* "" on the fake target */
	bool baseline;
};

struct store_compare {
	const char *title, *candidate, *baseline; /* variant names */
};

/* A 2x2 of variants, by name: which has both factors, only one, or neither. */
struct store_factorial {
	const char *title, *both, *second, *first, *neither;
};

/* A margin that the plan sets in place of the metric's own. */
struct store_margin {
	const char *source, *metric; /* plug-in and name */
	double abs, rel; /* one of them > 0: in the metric's unit, or 0.02 = 2 % */
};

struct store_campaign {
	char uuid[UUID_LEN];
	const char *name, *plan_path, *plan_text, *target, *host, *version, *lock_text;
	uint64_t seed, created_ns; /* wall clock */
	unsigned int n_slots; /* boots in the schedule */
	const struct store_variant *variants;
	size_t n_variants;
	const struct store_compare *compares;
	size_t n_compares;
	bool paired; /* boots are compared within their block */
	const struct store_factorial *factorials;
	size_t n_factorials;
	const struct store_margin *margins;
	size_t n_margins;
};

struct store_sample {
	const char *workload; /* "boot" for values that belong to the boot */
	const char *source; /* plug-in that produced it; equals workload for its own metrics */
	unsigned int version; /* of the source */
	const struct metric *metric;
	int iter; /* WIRE_BOOT (-1): per boot */
	double value;
	enum metric_basis basis;
	bool warmup, tainted;
	uint64_t enabled_ns, running_ns;
};

struct store_iteration {
	const char *workload;
	int iter;
	bool warmup, tainted;
	uint64_t ns; /* length of the timed part on the guest's clock */
};

struct store_fact {
	const char *key, *value;
};

/* Facts of a boot in exact mode, which runs one workload: its name, and of a boot that repeats
 * another one with its seed the other's slot, counted from 1. */
#define FACT_WORKLOAD "exact/workload"
#define FACT_REPEAT_OF "exact/repeat-of"
/* The TLBs that were simulated, with all their sizes (runner/plan/tlb_cores.h). */
#define FACT_TLB_CORES "tlbmodel/cores"
/* What QEMU is asked for by -cpu (configs/cpus.yaml). */
#define FACT_CPU "target/cpu"
/* The numbers of the events that collector perf counts (configs/cores), or "none". */
#define FACT_EVENTS "perf/events"
/* The emulator: its version and where it is from. */
#define FACT_QEMU "host/qemu"

struct store_text {
	const char *name; /* "ptdump/boot" */
	const char *text;
	size_t len;
};

struct store_boot {
	char uuid[UUID_LEN];
	unsigned int slot, block;
	const char *variant;
	uint64_t seed;
	enum boot_status status;
	const char *detail; /* what happened, for people; "" when ok */
	uint64_t started_ns, ended_ns; /* wall clock */
	const char *command; /* shell line of what was run */
	const char *console; /* console log, kept compressed; may be NULL */
	size_t console_len;
	const char *dmesg; /* full kernel log from the agent; may be NULL */
	struct store_text *texts; /* what collectors keep whole, by name */
	size_t n_texts;
	struct store_fact *facts;
	size_t n_facts;
	struct store_iteration *iterations;
	size_t n_iterations;
	struct store_sample *samples;
	size_t n_samples;
};

struct store;

enum {
	STORE_READ = 0,
	STORE_WRITE = 1 << 0, /* create or migrate when needed */
	STORE_AS_IS = 1 << 1, /* for reading: an older database is refused, not brought up to date */
};

/* Open (and with STORE_WRITE create and migrate) a database. Errors: -ENOENT no such
 * database, -EBUSY locked, -EPROTO made by a newer kduel, -ESTALE made by an
 * older one and not to be written (else it is brought up to date), -EUCLEAN not a database or
 * corrupt, -ENOSPC disk full. Opened for writing, a file DB.reserve is kept beside it. */
int store__open(const char *path, unsigned int flags, struct store **st, struct err *err);
void store__close(struct store *st); /* NULL is fine */
/* $KDUEL_DB, else XDG_DATA_HOME/kduel/kduel.db, else ~/.local/share/...; caller frees. */
char *store__default_path(void);

/* Writing. 0 or -errno (-ENOSPC: disk full); each call is one transaction. What is there
 * already (by UUID or hash) is left as it is, so that importing twice adds nothing. */
int store__add_kernel(struct store *st, const struct store_kernel *k, struct err *err);
int store__add_campaign(struct store *st, const struct store_campaign *c, struct err *err);
/* When the disk is full, the reserve is given up and the boot is recorded once more without
 * its results, with status host-disk-full: still -ENOSPC, and `err` says whether that worked
 * (store__slots_done() then has the slot). */
int store__add_boot(struct store *st, const char *campaign, const struct store_boot *b,
		    struct err *err);
int store__finish_campaign(struct store *st, const char *campaign, const char *state,
			   struct err *err); /* "finished" or "interrupted" */
/* Which slots have a boot that counts as done (anything but interrupted): sets done[slot]. */
int store__slots_done(struct store *st, const char *campaign, bool *done, unsigned int n,
		      struct err *err);

/* One state of the database as a new file, whatever others write meanwhile. The file must not
 * be there. 0 or -errno. */
int store__copy(struct store *st, const char *path, struct err *err);

/* A random UUID (version 4). */
void store__uuid(char out[UUID_LEN]);

#endif
