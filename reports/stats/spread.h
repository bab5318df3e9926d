/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spread.h - what is kept of the samples of a boot besides their median: enough to separate the
 * noise within boots from that between them without reading the samples again. Pure.
 */
#ifndef KDUEL_STATS_SPREAD_H
#define KDUEL_STATS_SPREAD_H

#include "lib/base.h"

struct spread {
	size_t n; /* number of samples that count */
	double low; /* smallest sample; NAN if there is none */
	/* In the metric's unit, and its square; var is 0 with fewer than two samples. */
	double mean, var;
	double log_mean, log_var; /* of the logarithms; NAN if a sample is <= 0 */
};

/* Summarise n samples. */
void spread__of(const double *v, size_t n, struct spread *out);

#endif
