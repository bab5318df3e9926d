/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * changepoint.h - when did a series of nightly values change its level? Pure functions.
 *
 * One value a night, oldest first; nights are counted, not dated, so that a missing night
 * moves nothing. The test is a scan with a t statistic over every split of the despiked series, at
 * a threshold low enough for the many splits, a guard on the size of the step that uses the
 * values as measured, and a straight line that a step has to beat. Where both sides drift, the
 * jump between their lines is tested. docs/HISTORY.md gives the algorithm, its limits and its
 * figures.
 */
#ifndef KDUEL_STATS_CHANGEPOINT_H
#define KDUEL_STATS_CHANGEPOINT_H

#include "lib/base.h"

struct changepoint_params {
	size_t window; /* nights that are looked at online */
	size_t min_nights; /* fewer say nothing */
	size_t min_left, min_right; /* nights on each side of a split */
	double p; /* alarm below this p */
	double hampel; /* a spike is further from its neighbours than this many deviations */
	double guard_rel; /* smallest step that counts, relative to the level before it */
	double guard_abs; /* > 0: in the values' unit, instead of guard_rel */
	bool guard_both; /* a step counts that neither guard keeps back */
};

/* What the simulations behind docs/HISTORY.md used; guard_rel is 2 %. */
extern const struct changepoint_params changepoint__defaults;

struct change {
	size_t alarm; /* night whose value raised it */
	size_t at; /* first night of the new level */
	size_t first, last; /* nights that could be `at` just as well (a heuristic) */
	/* Both sides drift: `before` and `after` are where straight lines through them meet the
	 * change. Else they are the medians of the levels, as measured. */
	bool drifting;
	double before, after;
	double pct; /* after against before, relative to before; NAN if before is 0 */
	double lo_pct, hi_pct; /* 95 % Welch interval between the levels: a description, since
				* the split was chosen to be large; NAN with too few nights */
	double p; /* of the scan's best split */
	bool reset; /* a declared restart: no alarm, p is NAN */
};

/*
 * Night by night: each night looks back on the nights since the last change (at most
 * `window`). Offline: what was seen night by night, each change then held against all nights
 * between its neighbours, and each level looked at as a whole; `alarm` is the night by which the
 * nights since the change before it would have shown it.
 *
 * Values must be finite. If one is <= 0, differences are judged instead of ratios.
 * restart[i] (or NULL for none) says that night i begins a new baseline: the test never looks
 * across it, and offline it is listed as a change with `reset` set when there are nights on
 * both sides. *out is owned by the caller; changes come in the order of `at`.
 */
void changepoint__online(const double *v, const bool *restart, size_t n,
			 const struct changepoint_params *params, struct change **out,
			 size_t *n_out);
void changepoint__offline(const double *v, const bool *restart, size_t n,
			  const struct changepoint_params *params, struct change **out,
			  size_t *n_out);

/* Is there a slow drift in these nights, which hold no step: a straight line with a slope at the
 * same p, and a rise or fall over all of them that is at least the guard? */
bool changepoint__drifts(const double *v, size_t n, const struct changepoint_params *params);

/* The size of a drift: Theil and Sen's slope, the median over all pairs of nights, in % of the median
 * value a night, of a share (metric__points() > 0) in points. NAN with fewer than 10 nights or a
 * median of 0. */
double changepoint__slope(const double *v, size_t n, double share);

#endif
