/* SPDX-License-Identifier: GPL-2.0-only */
/* strip.h - all samples of a row of a comparison, boot by boot. */
#ifndef KDUEL_CHARTS_STRIP_H
#define KDUEL_CHARTS_STRIP_H

#include "reports/render/html.h"
#include "reports/report/samples.h"

struct strip {
	const char *title, *unit;
	struct strip_side *sides; /* the baseline first */
	size_t n_sides;
	double lo, hi; /* 95 % limits of where the candidate lies, in the unit; NAN: none */
	double margin_lo, margin_hi; /* around the baseline; NAN: none */
	double published; /* NAN: none */
};

#define STRIP_MAX_DOTS 60 /* of one boot; of more, evenly many are drawn */

/* All samples by boot with the medians; false when there is nothing to draw. */
bool svg__strip(struct html *h, const struct strip *s);

#endif
