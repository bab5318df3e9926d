/* SPDX-License-Identifier: GPL-2.0-only */
/* template.h - plans with placeholders, such as ${commit}, ${good} and ${machine}. */
#ifndef KDUEL_NIGHTLY_TEMPLATE_H
#define KDUEL_NIGHTLY_TEMPLATE_H

#include "lib/err.h"

struct template_value {
	const char *name, *value; /* value NULL: it has none, so that using it is an error */
	const char *why; /* why it has none, for the message */
};

/* Replace each ${NAME} in a text, also in comments; any other "$" stays. The caller frees *out.
 * -EINVAL, with FILE:LINE:COL, for a name that is not known or has no value. */
int template__fill(const char *path, const char *text, const struct template_value *values,
		   size_t n, char **out, struct err *err);

#endif
