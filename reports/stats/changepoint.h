/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * changepoint.h - when did a series of nightly values change its level? Pure functions.
 *
 * One value a night, oldest first; nights are counted, not dated, so a missing night has no effect.
 * The test scans all splits of the series, with spikes removed, using a t statistic and a threshold
 * low enough for the number of splits. A step must also be large enough, judged by the values as
 * measured, and fit better than a straight line. If both sides drift, the jump between their lines
 * is tested. docs/HISTORY.md describes the algorithm, its limits and its error rates.
 */
#ifndef KDUEL_STATS_CHANGEPOINT_H
#define KDUEL_STATS_CHANGEPOINT_H

#include "lib/base.h"

struct changepoint_params {
	size_t window; /* most nights that an online look covers */
	size_t min_nights; /* fewer nights are not tested */
	size_t min_left, min_right; /* least nights on each side of a split */
	double p; /* alarm below this p */
	double hampel; /* a spike is more than this many standard deviations from its neighbours */
	/* Smallest step that counts, relative to the level before it (0.02 = 2 %). */
	double guard_rel;
	double guard_abs; /* if > 0: the same in the values' unit, instead of guard_rel */
	bool guard_both; /* a step must pass both guards */
};

/* Parameters of the simulations in docs/HISTORY.md; guard_rel is 2 %. */
extern const struct changepoint_params changepoint__defaults;

struct change {
	size_t alarm; /* night whose value raised the alarm */
	size_t at; /* first night of the new level */
	size_t first, last; /* range of nights that could be `at` as well (a heuristic) */
	/* Both sides drift: `before` and `after` are the values of the lines through them at the
	 * change. Otherwise they are the medians of the levels, as measured. */
	bool drifting;
	double before, after;
	double pct; /* change in % of before; NAN if before is 0 */
	/* 95 % interval (Welch; of the lines, if drifting). Descriptive only, since the split was
	 * chosen to be large. NAN with too few nights */
	double lo_pct, hi_pct;
	double p; /* of the scan's best split */
	bool reset; /* a declared restart, not a detected change; p is NAN */
};

/*
 * Online: each night looks back to the last change (at most `window` nights). Offline: starts from
 * the changes seen online, tests each against all nights between its neighbours, and searches each
 * level as a whole; `alarm` is the night at which the nights since the previous change would have
 * shown it.
 *
 * Values must be finite. If one is <= 0, differences are tested instead of ratios. restart[i] says
 * that night i begins a new baseline (NULL: none do): no test spans it, and offline it is listed as
 * a change with `reset` set if there are nights before it. The caller frees *out; changes are
 * sorted by `at`.
 */
void changepoint__online(const double *v, const bool *restart, size_t n,
			 const struct changepoint_params *params, struct change **out,
			 size_t *n_out);
void changepoint__offline(const double *v, const bool *restart, size_t n,
			  const struct changepoint_params *params, struct change **out,
			  size_t *n_out);

/* Do these nights, which contain no step, drift: does a straight line have a significant slope
 * (params.p) and a total change that passes the guards? */
bool changepoint__drifts(const double *v, size_t n, const struct changepoint_params *params);

/* Size of a drift per night: the Theil-Sen slope (median over all pairs of nights), in % of the
 * median value, or in points for a share (`share`: metric__points()). NAN with fewer than 10 nights
 * or a median of 0. */
double changepoint__slope(const double *v, size_t n, double share);

#endif
