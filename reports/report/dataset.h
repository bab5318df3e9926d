/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dataset.h - everything that a comparison is computed from.
 *
 * dataset__load() reads it in a few queries for each variant, however many boots, series and
 * facts there are; report__build() computes from it and asks nobody else.
 */
#ifndef KDUEL_REPORT_DATASET_H
#define KDUEL_REPORT_DATASET_H

#include "reports/store/profile.h"
#include "reports/store/values.h"
#include "reports/store/history.h"

/* The profiles of one workload, by boot and iteration. */
struct dataset_profiles {
	const char *workload; /* of a series */
	struct store_profile *v; /* owned */
	size_t n;
};

/* What the boots of a variant brought. */
struct dataset_variant {
	/* By workload, source and metric; with the margins of the plan in place of the metrics' own. */
	struct series *series;
	size_t n_series;
	struct boot_stat *stats; /* by series and boot */
	size_t n_stats;
	/* Readings of repeatable series (store__counts()), by series, boot and iteration: to find
	 * identical boots, and where boots repeat others also to see whether they do. */
	struct reading *counts;
	size_t n_counts;
	struct variant_fact *facts; /* of boots that ended well, by key, value and boot */
	size_t n_facts;
	/* All samples by series, boot and iteration, where boots are sessions on running systems:
	 * those of one system are summed up anew. Else none. */
	struct reading *readings;
	size_t n_readings;
	/* Of workloads whose instructions per operation were counted, as far as there are any. */
	struct dataset_profiles *profiles;
	size_t n_profiles;
};

struct dataset_campaign {
	struct campaign *c;
	struct dataset_variant *variants; /* as c->variants */
};

/* A kernel configuration, as kernel.config_hash names it. */
struct dataset_config {
	char *hash;
	char *text; /* NULL: not stored */
};

/* A variant of one of the campaigns. */
struct dataset_part {
	size_t campaign, variant; /* indices */
};

/* One side of a comparison: a variant, in one campaign or in several that are pooled. */
struct dataset_side {
	struct dataset_part *parts; /* in the order of time; owned */
	size_t n;
};

enum { SIDE_CANDIDATE, SIDE_BASELINE, SIDES };

/* All of it is owned. */
struct dataset {
	struct dataset_campaign *of;
	size_t n;
	/* Of a comparison that was asked for; empty: what the plan of of[0] declares. */
	struct dataset_side side[SIDES];
	struct dataset_config *configs; /* of all variants, once each; none if they have the same */
	size_t n_configs;
	char *machine; /* that all boots ran on; NULL: not known, or two */
	/* Of that machine and of those whose key begins with its key, as store__noise() lists them. */
	struct noise *noise;
	size_t n_noise;
	/* Rows get verdicts, but no diagnosis (reports/analysis/diagnosis.h), which takes a third of the time
	 * of a report. Set by who loads it, before report__build(). */
	bool verdicts_only;
};

/* Read a campaign. Keys are those of store__load(), and so are errors. *out is NULL on error; the
 * caller frees it. */
int dataset__load(struct store *st, const char *campaign, struct dataset **out, struct err *err);
/* Read the campaigns of two sides, "CAMPAIGN[,CAMPAIGN...][:VARIANT]" each: a campaign is a key of
 * store__load(), or KEY=VALUE for all that have that tag; the variant may be left out where each
 * campaign has only one. -ENOENT: no such campaign or variant; -EINVAL: malformed. */
int dataset__load_sides(struct store *st, const char *candidate, const char *baseline,
			struct dataset **out, struct err *err);
/* Free what a report no longer needs once it is built: it goes on using campaigns and series. */
void dataset__drop_samples(struct dataset *d);
void dataset__free(struct dataset *d); /* NULL is fine */

#endif
