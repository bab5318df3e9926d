/* SPDX-License-Identifier: GPL-2.0-only */
/* words.h - a parameter that is a list of names. */
#ifndef KDUEL_WORKLOADS_SUPPORT_WORDS_H
#define KDUEL_WORKLOADS_SUPPORT_WORDS_H

#include "lib/err.h"
#include "lib/strvec.h"

/* The words of `text`, separated by blanks, commas or lines, each once and at least one. 0, or -EINVAL;
 * `err` begins with the parameter's name. */
int words__split(const char *param, const char *text, struct strvec *out, struct err *err);
/* -EINVAL: there is no `what` called `word`; there are those in `known`. */
int words__unknown(const char *param, const char *what, const char *word,
		   const struct strvec *known, struct err *err);

#endif
