/* SPDX-License-Identifier: GPL-2.0-only */
/* values.h - one value per metric and variant, for charts that show several variants side by side.
 * No tests. */
#ifndef KDUEL_REPORT_VALUES_H
#define KDUEL_REPORT_VALUES_H

#include "reports/analysis/expect.h"
#include "reports/store/read.h"

struct variant_value {
	size_t variant; /* index into campaign->variants */
	const struct series *series; /* points into variant_values.of */
	double median; /* median of the boot medians; NAN: no boot counts */
	double lo, hi; /* smallest and largest boot median */
	size_t n; /* boots */
};

struct variant_series {
	struct series *list;
	size_t n;
};

struct variant_values {
	struct variant_value *v; /* by variant, workload, source, metric */
	size_t n;
	struct variant_series *of; /* series of each variant, which the values point into */
	size_t n_variants;
};

/* Filter: is this series wanted? */
typedef bool series_fn(const struct series *s);

/* Load the values of all series of a campaign that `wanted` accepts. Call variant_values__release()
 * even on error. */
int variant_values__load(struct store *st, const struct campaign *c, series_fn *wanted,
			 struct variant_values *out, struct err *err);
void variant_values__release(struct variant_values *v);
/* Find the value of a metric; NULL: none. */
const struct variant_value *variant_values__find(const struct variant_values *v, size_t variant,
						 const char *workload, const char *source,
						 const char *metric);

/* Evaluate the expectations of a campaign that declares no comparison. *out must be empty; the
 * campaign must outlive it. */
int report_expects__load(struct store *st, const struct campaign *c, struct report_expects *out,
			 struct err *err);

#endif
