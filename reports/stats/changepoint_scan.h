/* SPDX-License-Identifier: GPL-2.0-only */
/* changepoint_scan.h - one look at a stretch of nights; only for reports/changepoint*.c. */
#ifndef KDUEL_STATS_CHANGEPOINT_SCAN_H
#define KDUEL_STATS_CHANGEPOINT_SCAN_H

#include "reports/stats/changepoint.h"

/* The differences between neighbouring nights of [from, to), sorted. */
struct steps {
	double *sorted; /* room for all nights; owned by whoever made it */
	size_t n, from, to;
};

/* y[0..to-from) is x[from..to) without its spikes; quick when [from, to) is the last one
 * moved on by a night. */
void steps__despike(struct steps *s, const double *x, size_t from, size_t to, double hampel,
		    double *y);

struct scan {
	struct changepoint_params params;
	bool linear; /* a value is <= 0: differences instead of ratios */
	double *x; /* the values on the scale of the test */
	double *y, *sum, *sq, *sse, *scratch; /* room for one stretch and one more */
	double *inverse; /* 1 / i */
	struct steps steps;
	double t_least; /* no |t| below this has a p that small, whatever df is */
};

struct split {
	size_t at, first, last; /* indices into the whole series, as in struct change */
	double p;
};

void scan__init(struct scan *s, const double *v, size_t n, const struct changepoint_params *params);
void scan__release(struct scan *s);
/* Does [from, to) hold a change? Then *out is its best split. */
bool scan__alarm(struct scan *s, size_t from, size_t to, struct split *out);
/* Median of up to as many values as the scan was made for; leaves them as they are. */
double scan__median(struct scan *s, const double *v, size_t n);

#endif
