/* SPDX-License-Identifier: GPL-2.0-only */
/* expect.h - what a plan expects and whether it is so (reports/analysis/expect.h), in each format. */
#ifndef KDUEL_RENDER_EXPECT_H
#define KDUEL_RENDER_EXPECT_H

#include "reports/analysis/expect.h"
#include "reports/render/html.h"

#include <jansson.h>

/* Every one of them with its evidence, below a heading, or nothing. */
void expect__text(const struct report_expects *e, size_t width, FILE *out);
void expect__markdown(const struct report_expects *e, FILE *out);
/* A suite of JUnit, as it is about no comparison; and a whole document, of a campaign that has none. */
void expect__junit(struct html *h, const char *campaign, const struct report_expects *e);
void expect__junit_alone(const char *campaign, const struct report_expects *e, FILE *out);
/* An array; the caller owns the reference. */
json_t *expect__json(const struct report_expects *e);

#endif
