/* SPDX-License-Identifier: GPL-2.0-only */
/* noise.h - what an A/A campaign found out about every metric. */
#ifndef KDUEL_HISTORY_NOISE_H
#define KDUEL_HISTORY_NOISE_H

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
	struct campaign *campaign;
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

/* Analyse a campaign of two equal variants; takes it over in any case. -EINVAL: its variants
 * are not equal (kernel, CPU, command line), or not two. */
int aa_report__build(struct store *st, struct campaign *c, struct aa_report **out, struct err *err);
void aa_report__free(struct aa_report *r);
/* Put its figures into the store, for verdicts and plans to come. */
int aa_report__keep(struct store *st, const struct aa_report *r, struct err *err);

#endif
