/* SPDX-License-Identifier: GPL-2.0-only */
/* noise.h - the noise of every metric in A/A campaigns. */
#ifndef KDUEL_HISTORY_NOISE_H
#define KDUEL_HISTORY_NOISE_H

#include "reports/analysis/sessions.h"
#include "reports/stats/aa.h"
#include "reports/store/history.h"

struct aa_row {
	const struct series *series; /* points into the report */
	struct aa_noise noise;
	double iter_s; /* seconds per iteration of the workload; NAN: none */
	double padj; /* adjusted p of the labels over all metrics; NAN: the basis allows no test */
	size_t n_boots;
	unsigned int tainted; /* samples left out */
};

struct aa_report {
	struct campaign **campaigns; /* chronological; owned */
	size_t n_campaigns;
	const struct campaign *campaign; /* the last one */
	struct boot_units units; /* boots of all campaigns */
	unsigned int label[2]; /* successful boots of each label */
	char *few; /* owned: why there are too few boots, and what to do; NULL: there are enough */
	char *machine; /* key of the machine; owned */
	struct series *series; /* of the first label; owned, and referenced by the rows */
	size_t n_series;
	/* In the order of `series`, without metrics that have no value that counts. */
	struct aa_row *rows;
	size_t n_rows;
	size_t n_bad; /* metrics left out because a value is not finite */
	unsigned int n_boots; /* successful boots of both labels */
	double boot_s; /* seconds of a boot without its iterations; NAN: unknown */
	/* Metrics tested; those different at 5 %; those still different with adjusted p. */
	size_t tested, alarms, adjusted_alarms;
};

/* Analyse campaigns of two equal variants each, or of one variant on a running system: there,
 * sessions on the same boot are one boot, and boots get the two labels alternately. `text` names
 * the campaigns, like a side of dataset__load_sides() without the variant. -EINVAL: not two
 * equal variants (kernel, CPU, command line), or campaigns that cannot be pooled. The caller
 * frees *out. */
int aa_report__build(struct store *st, const char *text, struct aa_report **out, struct err *err);
void aa_report__free(struct aa_report *r);
/* Store the noise for later reports and plans, unless there are too few boots. */
int aa_report__keep(struct store *st, const struct aa_report *r, struct err *err);

#endif
