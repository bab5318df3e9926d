/* SPDX-License-Identifier: GPL-2.0-only */
/* scale.h - maps values to positions on a chart, and chooses ticks of an axis. */
#ifndef KDUEL_CHARTS_SCALE_H
#define KDUEL_CHARTS_SCALE_H

#include "lib/base.h"

#define SCALE_MAX_TICKS 12

struct scale {
	double lo, hi; /* range of values; lo < hi */
	double from, to; /* positions of lo and hi */
	bool log; /* lo > 0 */
};

struct scale_ticks {
	double v[SCALE_MAX_TICKS];
	size_t n;
	double step; /* distance of two ticks; NAN on a logarithmic axis */
};

/* A scale for [lo, hi] with some room at both ends, even if lo and hi are equal or missing (NAN).
 * `log` is ignored if lo is not positive. */
struct scale scale__fit(double lo, double hi, bool log, double from, double to);
/* A linear scale for exactly [lo, hi], such as a range chosen by the reader. */
struct scale scale__exact(double lo, double hi, double from, double to);
/* The position of v, clamped to the chart. */
double scale__at(const struct scale *s, double v);
/* Choose about `want` ticks at round values (1, 2 or 5 times a power of ten). */
void scale__ticks(const struct scale *s, size_t want, struct scale_ticks *t);
/* The same for times in ns since 1970: whole seconds, minutes, hours, days, weeks and so on. */
void scale__time_ticks(const struct scale *s, size_t want, struct scale_ticks *t);
/* The label of a tick; the caller frees. Thousands are separated by narrow spaces: "2 019 500". */
char *scale__label(double v, double step);
char *scale__time_label(double ns, double step);

#endif
