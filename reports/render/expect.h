/* SPDX-License-Identifier: GPL-2.0-only */
/* expect.h - expectations of a plan and their results (reports/analysis/expect.h) in each
 * format. */
#ifndef KDUEL_RENDER_EXPECT_H
#define KDUEL_RENDER_EXPECT_H

#include "reports/analysis/expect.h"
#include "reports/render/html.h"

#include <jansson.h>

/* All expectations with their evidence, below a heading; nothing if there are none. */
void expect__text(const struct report_expects *e, size_t width, FILE *out);
void expect__markdown(const struct report_expects *e, FILE *out);
/* A JUnit test suite of its own, since expectations belong to no comparison; and a whole document,
 * for a campaign without comparisons. */
void expect__junit(struct html *h, const char *campaign, const struct report_expects *e);
void expect__junit_alone(const char *campaign, const struct report_expects *e, FILE *out);
/* All expectations as a JSON array. The caller owns the reference. */
json_t *expect__json(const struct report_expects *e);

#endif
