/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spread.h - what is left of the samples of one boot once their median was taken: enough to tell
 * the noise within boots from that between them without reading the samples again. Pure.
 */
#ifndef KDUEL_STATS_SPREAD_H
#define KDUEL_STATS_SPREAD_H

#include "lib/base.h"

struct spread {
	size_t n; /* samples that count */
	double low; /* the least of them; NAN without any */
	double mean, var; /* in the metric's unit; var 0 with fewer than two */
	double log_mean, log_var; /* of their logarithms; NAN when one is <= 0 */
};

void spread__of(const double *v, size_t n, struct spread *out);

#endif
