/* SPDX-License-Identifier: GPL-2.0-only */
/* values.h - one value a metric for each variant, for charts that show several side by
 * side: nothing is tested here. */
#ifndef KDUEL_REPORT_VALUES_H
#define KDUEL_REPORT_VALUES_H

#include "reports/analysis/expect.h"
#include "reports/store/read.h"

struct variant_value {
	size_t variant; /* index into the campaign's */
	const struct series *series; /* of the list that it was read from */
	double median; /* of the boot medians; NAN: no boot counts */
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
	struct variant_series *of; /* each variant's; what the values point into */
	size_t n_variants;
};

/* Does this series belong to what is wanted? */
typedef bool series_fn(const struct series *s);

/* Read all values of a campaign that are wanted; release in any case. */
int variant_values__load(struct store *st, const struct campaign *c, series_fn *wanted,
			 struct variant_values *out, struct err *err);
void variant_values__release(struct variant_values *v);
/* The value of a metric of one workload, source and variant, or NULL. */
const struct variant_value *variant_values__find(const struct variant_values *v, size_t variant,
						 const char *workload, const char *source,
						 const char *metric);

/* What the plan of a campaign that compares nothing expects, into an empty list; the campaign must outlive
 * that. */
int report_expects__load(struct store *st, const struct campaign *c, struct report_expects *out,
			 struct err *err);

#endif
