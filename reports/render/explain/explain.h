/* SPDX-License-Identifier: GPL-2.0-only */
/* explain.h - the functions behind a change, as text, Markdown and JSON. */
#ifndef KDUEL_RENDER_EXPLAIN_H
#define KDUEL_RENDER_EXPLAIN_H

#include "reports/profile/groups.h"

/* The `top` functions or groups with the largest differences, then the sum of the others. Errors as
 * explain__group(): -ENOENT without debug information. */
int explain__text(const struct explain *e, enum explain_by by, size_t top, FILE *out,
		  struct err *err);
int explain__markdown(const struct explain *e, enum explain_by by, size_t top, FILE *out,
		      struct err *err);
/* All functions and groups. */
void explain__json(const struct explain *e, FILE *out);

#endif
