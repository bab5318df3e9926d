/* SPDX-License-Identifier: GPL-2.0-only */
/* explain.h - what functions account for, as text, Markdown and JSON. */
#ifndef KDUEL_RENDER_EXPLAIN_H
#define KDUEL_RENDER_EXPLAIN_H

#include "reports/profile/explain.h"

/* Tables of the `top` functions with the largest differences; the sum of the others stands below
 * them. */
void explain__text(const struct explain *e, size_t top, FILE *out);
void explain__markdown(const struct explain *e, size_t top, FILE *out);
/* All functions. */
void explain__json(const struct explain *e, FILE *out);

#endif
