/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * diagnosis.h - what is worth knowing of a row beside its verdict, and never changes it: variance
 * components, drift, boots that stand out, and a test without assumptions as a cross-check.
 * Pure functions.
 */
#ifndef KDUEL_ANALYSIS_DIAGNOSIS_H
#define KDUEL_ANALYSIS_DIAGNOSIS_H

#include "reports/analysis/components.h"

#define DIAG_PERMUTE_MIN 4 /* boots of a side: fewer cannot reach 5 % */
#define DIAG_PERMUTE_MAX 8 /* 12,870 splits of 16 boots; more take long and say the same */
#define DIAG_OUTLIER_MIN 5 /* boots: among fewer the median deviation is small by chance */
#define DIAG_OUTLIER 5.0 /* robust standard deviations from the median */

struct diag {
	struct components noise;
	double lag1; /* components__lag1() */
	unsigned int outliers_a, outliers_b; /* boots; flagged, never removed */
	double p_permutation; /* exact, two-sided; NAN outside DIAG_PERMUTE_MIN .. MAX boots */
};

/* `sides`: candidate, baseline. `resolution` of the metric in its unit, 0: unknown. */
void diag__of(const struct summary *candidate, const struct summary *baseline, double resolution,
	      bool interleaved, struct diag *out);

/* How many of n boots (0 below DIAG_OUTLIER_MIN) are further from the median than
 * DIAG_OUTLIER * 1.4826 * MAD and than `floor` (what rounding alone does). */
unsigned int diag__outliers(const double *z, size_t n, double floor);
/* Share of all splits of the boots into sides of these sizes whose means differ at least as much
 * as those seen. */
double diag__permutation_p(const double *a, size_t na, const double *b, size_t nb);

#endif
