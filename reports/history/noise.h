/* SPDX-License-Identifier: GPL-2.0-only */
/* noise.h - what an A/A campaign found out about every metric. */
#ifndef KDUEL_HISTORY_NOISE_H
#define KDUEL_HISTORY_NOISE_H

#include "reports/analysis/sessions.h"
#include "reports/stats/aa.h"
#include "reports/store/history.h"

struct aa_row {
	const struct series *series; /* of the report */
	struct aa_noise noise;
	double iter_s; /* cost of an iteration of its workload; NAN: it has none */
	double padj; /* of the labels, over the metrics; NAN: the basis allows no test */
	size_t n_boots;
	unsigned int tainted; /* samples that were left out */
};

struct aa_report {
	struct campaign **campaigns; /* in the order of time; owned */
	size_t n_campaigns;
	const struct campaign *campaign; /* the last of them */
	struct boot_units units; /* boots of all of them */
	unsigned int label[2]; /* boots that ended well, of each label */
	char *few; /* owned: why nothing can be said yet, and what to do; NULL: it can */
	char *machine; /* key; owned */
	struct series *series; /* of the first label; what the rows' strings live in */
	size_t n_series;
	struct aa_row *rows; /* as series, but for those without a value that counts */
	size_t n_rows;
	size_t n_bad; /* metrics left out: a value is not finite */
	unsigned int n_boots; /* that ended well, both labels */
	double boot_s; /* cost of a boot without its iterations; NAN: unknown */
	/* Metrics that were tested; called different at 5 %; and still so when p is adjusted. */
	size_t tested, alarms, adjusted_alarms;
};

/* Analyse campaigns of two equal variants each, or of one that is a running system: there sessions
 * on one boot are one boot, and boots carry the two labels in turn. `text` names the campaigns, as
 * a side of dataset__load_sides() without a variant. -EINVAL: variants are not equal (kernel, CPU,
 * command line, machine), or not two. */
int aa_report__build(struct store *st, const char *text, struct aa_report **out, struct err *err);
void aa_report__free(struct aa_report *r);
/* Put its figures into the store, for verdicts and plans to come, unless boots are too few. */
int aa_report__keep(struct store *st, const struct aa_report *r, struct err *err);

#endif
