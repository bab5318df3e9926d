/* SPDX-License-Identifier: GPL-2.0-only */
/* template.h - the plan of a night: a plan with ${commit}, ${good} and ${reference} in it. */
#ifndef KDUEL_NIGHTLY_TEMPLATE_H
#define KDUEL_NIGHTLY_TEMPLATE_H

#include "lib/err.h"

struct template_value {
	const char *name, *value; /* value NULL: there is none now */
	const char *why; /* ... because of this, for people */
};

/* Replace each ${NAME} of a text. Comments are text like any other; "$" before anything else stays. The
 * caller frees *out. -EINVAL: FILE:LINE:COL of a name that is not among the values, or has none. */
int template__fill(const char *path, const char *text, const struct template_value *values,
		   size_t n, char **out, struct err *err);

#endif
