/* SPDX-License-Identifier: GPL-2.0-only */
/* strip.h - a plot of all samples of a row, boot by boot. */
#ifndef KDUEL_CHARTS_STRIP_H
#define KDUEL_CHARTS_STRIP_H

#include "reports/render/html.h"
#include "reports/report/samples.h"

struct strip {
	const char *title, *unit;
	struct strip_side *sides; /* baseline first */
	size_t n_sides;
	double lo, hi; /* 95 % limits of the candidate's value; NAN: none */
	double margin_lo, margin_hi; /* margin around the baseline; NAN: none */
	double published; /* published value; NAN: none */
};

/* Most dots per boot; if there are more samples, an even subset is drawn. */
#define STRIP_MAX_DOTS 60

/* Draw all samples and the medians of the boots. False if there is nothing to draw. */
bool svg__strip(struct html *h, const struct strip *s);

#endif
