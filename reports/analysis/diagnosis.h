/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * diagnosis.h - diagnostics of a row, which never affect its verdict: variance components,
 * correlation of consecutive boots, outliers, and a permutation test as a cross-check. Pure
 * functions.
 */
#ifndef KDUEL_ANALYSIS_DIAGNOSIS_H
#define KDUEL_ANALYSIS_DIAGNOSIS_H

#include "reports/analysis/components.h"

#define DIAG_PERMUTE_MIN 4 /* boots of a side; fewer cannot reach p <= 5 % */
#define DIAG_PERMUTE_MAX 8 /* 16 boots have 12,870 splits; more take too long and add nothing */
#define DIAG_OUTLIER_MIN 5 /* boots; with fewer the MAD may be small by chance */
#define DIAG_OUTLIER 5.0 /* robust standard deviations from the median */

struct diag {
	struct components noise;
	double lag1; /* components__lag1() */
	unsigned int outliers_a, outliers_b; /* outlier boots: flagged, never removed */
	double p_permutation; /* exact, two-sided; NAN outside DIAG_PERMUTE_MIN .. MAX boots */
};

/* Diagnose the two sides of a row. `resolution`: of the metric, in its unit; 0: unknown.
 * `interleaved`: as for components__lag1(). */
void diag__of(const struct summary *candidate, const struct summary *baseline, double resolution,
	      bool interleaved, struct diag *out);

/* Number of boots further from the median than DIAG_OUTLIER * 1.4826 * MAD and than `floor`, the
 * effect of rounding. 0 with fewer than DIAG_OUTLIER_MIN boots. */
unsigned int diag__outliers(const double *z, size_t n, double floor);
/* Exact p of a permutation test (permute__split()). NAN if a side has fewer than DIAG_PERMUTE_MIN
 * or more than DIAG_PERMUTE_MAX boots. */
double diag__permutation_p(const double *a, size_t na, const double *b, size_t nb);

#endif
