/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dataset.h - everything that a comparison is computed from.
 *
 * dataset__load() takes a few queries per variant, no matter how many boots, series and facts there
 * are. report__build() uses only the dataset and does not access the store.
 */
#ifndef KDUEL_REPORT_DATASET_H
#define KDUEL_REPORT_DATASET_H

#include "reports/store/profile.h"
#include "reports/store/values.h"
#include "reports/store/history.h"

/* The profiles of one workload, by boot and iteration. */
struct dataset_profiles {
	const char *workload; /* borrowed from a series */
	/* Owned; what its elements own is freed by the variant that loaded it. */
	struct store_profile *v;
	size_t n;
};

/* The data of all boots of a variant. */
struct dataset_variant {
	/* By workload, source and metric. Margins from the plan replace the metrics' own. */
	struct series *series;
	size_t n_series;
	struct boot_stat *stats; /* by series and boot */
	size_t n_stats;
	/* Readings of repeatable series (store__counts()), by series, boot and iteration, to detect
	 * boots that are identical; in campaigns that repeat boots also to check the repeats. */
	struct reading *counts;
	size_t n_counts;
	struct variant_fact *facts; /* of boots that ended well; by key, value and boot */
	size_t n_facts;
	/* All samples by series, boot and iteration, if boots are sessions on running systems: the
	 * sessions of one system are summarised again as one boot. Otherwise empty. */
	struct reading *readings;
	size_t n_readings;
	/* Profiles of workloads whose instructions per operation were counted, where available. */
	struct dataset_profiles *profiles;
	size_t n_profiles;
};

/* Those of a workload, NULL if there are none. */
struct dataset_profiles *dataset_variant__profiles(const struct dataset_variant *v,
						   const char *workload);

struct dataset_campaign {
	struct campaign *c;
	struct dataset_variant *variants; /* same order as c->variants */
};

/* A kernel configuration and its kernel.config_hash. */
struct dataset_config {
	char *hash;
	char *text; /* NULL: not stored */
};

/* A variant of a campaign; indices into dataset.of and its variants. */
struct dataset_part {
	size_t campaign, variant;
};

/* One side of a comparison: a variant, in one campaign or in several that are pooled. */
struct dataset_side {
	struct dataset_part *parts; /* owned; in chronological order */
	size_t n;
};

enum { SIDE_CANDIDATE, SIDE_BASELINE, SIDES };

/* All of it is owned. */
struct dataset {
	struct dataset_campaign *of;
	size_t n;
	/* The two sides that the user named; if empty, compare what the plan of of[0] declares. */
	struct dataset_side side[SIDES];
	/* Of all variants, without duplicates; texts only if there are two or more. */
	struct dataset_config *configs;
	size_t n_configs;
	char *machine; /* key of the machine that all campaigns ran on; NULL: unknown, or several */
	/* Noise of that machine and of those whose key has its key as a prefix, in the order of
	 * store__noise(). */
	struct noise *noise;
	size_t n_noise;
	/* Skip the diagnosis of rows (reports/analysis/diagnosis.h), which takes a third of the
	 * time of a report. Set by the caller between load and report__build(). */
	bool verdicts_only;
};

/* Load a campaign. `campaign` is a key of store__load(), and errors are the same. *out is NULL on
 * error; otherwise the caller frees it. */
int dataset__load(struct store *st, const char *campaign, struct dataset **out, struct err *err);
/* Load the campaigns of two sides, each written "CAMPAIGN[,CAMPAIGN...][:VARIANT]". CAMPAIGN is a
 * key of store__load(), or KEY=VALUE for all campaigns with that tag. VARIANT may be omitted if
 * every campaign has only one. -ENOENT: no such campaign or variant; -EINVAL: malformed, or a
 * variant is on both sides. *out is NULL on error; otherwise the caller frees it. */
int dataset__load_sides(struct store *st, const char *candidate, const char *baseline,
			struct dataset **out, struct err *err);
/* Free what is not needed once the report is built. Campaigns and series stay: the report uses
 * them. */
void dataset__drop_samples(struct dataset *d);
void dataset__free(struct dataset *d); /* NULL is fine */

#endif
