/* SPDX-License-Identifier: GPL-2.0-only */
/* values_text.h - the values of a campaign that compares nothing: a median of boots and their
 * spread for each metric, where there is no other side to judge it by. */
#ifndef KDUEL_RENDER_VALUES_TEXT_H
#define KDUEL_RENDER_VALUES_TEXT_H

#include "reports/analysis/expect.h"
#include "reports/report/values.h"

#include <jansson.h>

/* How far boots are apart: (highest - lowest) / median in per cent; NAN: one boot, or a median of 0. */
double values__spread(const struct variant_value *v);
/* Every series, for variant_values__load(). */
bool values__any(const struct series *s);
/* Print them, and what the plan expects of them (not in CSV; JUnit has nothing else), as "csv", as "json" (one object of kind "values"), or else as a table of text. */
void values__print(const struct campaign *c, const struct variant_values *v,
		   const struct report_expects *expects, const char *format, FILE *out);
/* The same as an array; the caller owns the reference. */
json_t *values__json(const struct campaign *c, const struct variant_values *v);

#endif
