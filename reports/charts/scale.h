/* SPDX-License-Identifier: GPL-2.0-only */
/* scale.h - from values to places on a chart, and which values to name on an axis. */
#ifndef KDUEL_CHARTS_SCALE_H
#define KDUEL_CHARTS_SCALE_H

#include "lib/base.h"

#define SCALE_MAX_TICKS 12

struct scale {
	double lo, hi; /* of the values; lo < hi */
	double from, to; /* where they are drawn */
	bool log; /* lo > 0 */
};

struct scale_ticks {
	double v[SCALE_MAX_TICKS];
	size_t n;
	double step; /* between two of them; of a logarithmic axis NAN */
};

/* A scale that shows [lo, hi] with some room around; equal or missing values get room, too. `log`
 * is taken back when a value is not above 0. */
struct scale scale__fit(double lo, double hi, bool log, double from, double to);
/* Exactly [lo, hi], as when the reader chose it. */
struct scale scale__exact(double lo, double hi, double from, double to);
/* Where v is drawn, never outside of the chart. */
double scale__at(const struct scale *s, double v);
/* About `want` round values (1, 2 or 5 times a power of ten). */
void scale__ticks(const struct scale *s, size_t want, struct scale_ticks *t);
/* The same for times in ns since 1970: whole minutes, hours, days, weeks. */
void scale__time_ticks(const struct scale *s, size_t want, struct scale_ticks *t);
/* Texts for a tick; the caller frees. "2 019 500" has narrow blanks. */
char *scale__label(double v, double step);
char *scale__time_label(double ns, double step);

#endif
