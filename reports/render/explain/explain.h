/* SPDX-License-Identifier: GPL-2.0-only */
/* explain.h - what functions account for, as text, Markdown and JSON. */
#ifndef KDUEL_RENDER_EXPLAIN_H
#define KDUEL_RENDER_EXPLAIN_H

#include "reports/profile/groups.h"

/* Tables of the `top` functions, or other groups, with the largest differences; the sum of the others
 * stands below them. -ENOENT as explain__group(). */
int explain__text(const struct explain *e, enum explain_by by, size_t top, FILE *out,
		  struct err *err);
int explain__markdown(const struct explain *e, enum explain_by by, size_t top, FILE *out,
		      struct err *err);
/* All functions, and all groups. */
void explain__json(const struct explain *e, FILE *out);

#endif
