/* SPDX-License-Identifier: GPL-2.0-only */
/* runs.h - cut a saved output into the runs it holds: each is a measurement by itself. */
#ifndef KDUEL_WORKLOADS_OUTPUT_RUNS_H
#define KDUEL_WORKLOADS_OUTPUT_RUNS_H

#include "lib/base.h"

/* The next run of *text, for the caller to free: from there to the second line that begins with one
 * of `heads` (NULL-terminated), to which *text moves. What stands above the first head belongs to
 * the run below it. A head that is cut at the end of the text begins a run, too. There is at least
 * one run; behind the last *text is NULL, as is the result. */
char *runs__cut(const char **text, const char *const *heads);
/* Does the line begin with `head`, or is it what is left of that where the text is cut? */
bool runs__is_head(const char *line, const char *head);
/* The first line that begins with any of the heads, or at which the text is cut within one; or
 * NULL. */
const char *runs__first(const char *text, const char *const *heads);
/* Where a line begins with `head`, from `text` on; NULL: nowhere. */
const char *runs__line(const char *text, const char *head);
/* Is `mark` in the text more than once? Then two runs were joined without what begins one. */
bool runs__twice(const char *text, const char *mark);

#endif
