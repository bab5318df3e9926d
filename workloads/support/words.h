/* SPDX-License-Identifier: GPL-2.0-only */
/* words.h - parameters that are lists of names. */
#ifndef KDUEL_WORKLOADS_SUPPORT_WORDS_H
#define KDUEL_WORKLOADS_SUPPORT_WORDS_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Split `text` at blanks, commas and line ends into one or more distinct words. 0, or -EINVAL with
 * `err`, which begins with the parameter's name. */
int words__split(const char *param, const char *text, struct strvec *out, struct err *err);
/* -EINVAL with the message that there is no `what` called `word`, and the `known` ones. */
int words__unknown(const char *param, const char *what, const char *word,
		   const struct strvec *known, struct err *err);

#endif
