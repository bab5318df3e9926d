/* SPDX-License-Identifier: GPL-2.0-only */
/* values_text.h - the values of a campaign without comparisons: for each metric the median of the
 * boots and their spread. */
#ifndef KDUEL_RENDER_VALUES_TEXT_H
#define KDUEL_RENDER_VALUES_TEXT_H

#include "reports/analysis/expect.h"
#include "reports/report/values.h"

#include <jansson.h>

/* Spread of the boots: (highest - lowest) / median, in per cent. NAN with one boot or a median of
 * 0. */
double values__spread(const struct variant_value *v);
/* Accepts every series: a filter for variant_values__load(). */
bool values__any(const struct series *s);
/* Print the values and the expectations of the plan. `format`: "csv" (values only), "json" (an
 * object of kind "values"), "junit" (expectations only), "mail", "markdown"; anything else is
 * text. */
void values__print(const struct campaign *c, const struct variant_values *v,
		   const struct report_expects *expects, const char *format, FILE *out);
/* The values as a JSON array. The caller owns the reference. */
json_t *values__json(const struct campaign *c, const struct variant_values *v);

#endif
