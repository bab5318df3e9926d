/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * read.h - what is in the store, for the commands and the analysis.
 *
 * A campaign is loaded whole (variants, comparisons, boots); logs, facts and
 * samples, which are large, are asked for one at a time.
 */
#ifndef KDUEL_STORE_READ_H
#define KDUEL_STORE_READ_H

#include "lib/strvec.h"
#include "reports/store/store.h"

/* All strings of the structures below are owned and never NULL. */

struct campaign_variant {
	int64_t id;
	char *name, *cpu, *cmdline;
	char *kernel_hash; /* "" on the fake target, as the four below */
	char *release, *arch, *origin, *config_hash;
	bool baseline;
};

struct campaign_compare {
	char *title;
	size_t candidate, baseline; /* indices into variants */
};

struct campaign_factorial {
	char *title;
	size_t cell[4]; /* indices into variants, in the order of enum factorial_cell */
};

struct campaign_margin {
	char *source, *metric;
	double abs, rel; /* as in struct store_margin */
};

struct campaign_boot {
	int64_t id;
	char *uuid, *detail, *command;
	unsigned int slot, block;
	size_t variant; /* index into variants */
	uint64_t seed, started_ns, ended_ns;
	enum boot_status status;
	char *workload; /* the only one it ran, in exact mode; "": all of the plan's */
	int repeat_of; /* slot that it repeats with the same seed, or -1 */
	/* It repeats a boot that ended well, or failed itself in repeating: no observation of its
	 * own, it counts in no statistics. */
	bool repeat;
};

struct campaign {
	int64_t id;
	char *uuid, *name, *plan_path, *plan_text, *target, *host, *version, *lock_text, *state;
	uint64_t seed, created_ns;
	unsigned int n_slots;
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

/* One line of `kduel list`. */
struct campaign_brief {
	char *uuid, *name, *target, *state;
	uint64_t created_ns;
	unsigned int n_slots;
	unsigned int n_done; /* slots with a boot that counts, failed ones included */
	unsigned int n_failed;
};

/* Newest first; *list is NULL when there are none. */
int store__list(struct store *st, struct campaign_brief **list, size_t *n, struct err *err);
void campaign_brief__free(struct campaign_brief *list, size_t n);

/* `key` is a UUID, the beginning of one (at least 4 characters), or "latest". -ENOENT: there
 * is none; -EINVAL: the key is too short or fits several. */
int store__load(struct store *st, const char *key, struct campaign **c, struct err *err);
void campaign__free(struct campaign *c);
/* Index of a variant by name, or -ENOENT with the names there are. */
int campaign__variant(const struct campaign *c, const char *name, struct err *err);

/* "console" or "dmesg" of a boot, NUL-terminated; the caller frees. -ENOENT: not kept. */
int store__log(struct store *st, int64_t boot, const char *name, char **text, size_t *len,
	       struct err *err);
/* A long text that a collector kept of a boot ("ptdump/boot"), as store__log(). */
int store__text(struct store *st, int64_t boot, const char *name, char **text, size_t *len,
		struct err *err);
/* Append the names of all of them, sorted. */
int store__text_names(struct store *st, int64_t boot, struct strvec *names, struct err *err);
/* The configuration with this hash (kernel.config_hash); *text is NULL when it was not kept; the
 * caller frees. */
int store__config(struct store *st, const char *hash, char **text, struct err *err);

struct boot_fact {
	char *key, *value;
};

/* Facts of a boot by key. */
int store__facts(struct store *st, int64_t boot, struct boot_fact **facts, size_t *n,
		 struct err *err);
void boot_fact__free(struct boot_fact *facts, size_t n);
/* One fact of a boot; *value is NULL when it has none; the caller frees. */
int store__fact(struct store *st, int64_t boot, const char *key, char **value, struct err *err);
/* Append the different values that a fact has in a variant's boots that ended well, sorted. */
int store__fact_values(struct store *st, int64_t variant, const char *key, struct strvec *values,
		       struct err *err);

/* A series: one metric of one workload as one version of its source defines it. */
struct series {
	int64_t id;
	char *workload, *source;
	unsigned int version;
	char *name, *unit; /* what metric.name and metric.unit point to */
	struct metric metric;
	enum metric_basis basis;
};

/* The series that a variant has samples of, by workload, source and metric name. */
int store__series(struct store *st, int64_t variant, struct series **list, size_t *n,
		  struct err *err);
void series__free(struct series *list, size_t n);

struct reading {
	int64_t series, boot;
	int iter;
	double value;
	bool warmup, tainted;
	uint64_t enabled_ns, running_ns;
};

/* Samples of one series of one variant, by boot and iteration; the caller frees *list. */
int store__readings(struct store *st, int64_t variant, int64_t series, struct reading **list,
		    size_t *n, struct err *err);

/* How noisy a metric is on a machine, from the newest A/A campaign (`kduel aa`) there. */
struct noise {
	char *machine; /* key of runner/boot/machine.h; owned, as the five below */
	char *campaign; /* UUID */
	char *workload, *source, *metric, *unit;
	unsigned int version; /* of the source */
	enum metric_basis basis;
	bool linear; /* spreads are in `unit`, not relative: values <= 0 occur */
	double typical; /* mean over boots, geometric unless linear */
	double sd_boot, sd_iter; /* between boots, between iterations within one: 0.01 = 1 % */
	double lag1; /* autocorrelation from slot to slot of boots; NAN with too few */
	double false_rate; /* of balanced splits of the boots that Welch's test calls different */
	unsigned int n_boots;
	double n_iter; /* counted iterations of a boot, on average */
	double boot_s, iter_s; /* cost: of a boot without its iterations, of an iteration */
	uint64_t created_ns; /* of the campaign */
};

/* All of a machine (a key, the beginning of one, or "" for every machine), by machine,
 * workload, source and metric: one for each, the newest. *list is NULL when there is none. */
int store__noise(struct store *st, const char *machine, struct noise **list, size_t *n,
		 struct err *err);
void noise__free(struct noise *list, size_t n);

#endif
