/* SPDX-License-Identifier: GPL-2.0-only */
/* runs.h - splits a saved output into its runs, each of which is a separate measurement. */
#ifndef KDUEL_WORKLOADS_OUTPUT_RUNS_H
#define KDUEL_WORKLOADS_OUTPUT_RUNS_H

#include "lib/base.h"

/*
 * The next run in *text, which the caller frees: up to the second line that begins with one of
 * `heads` (NULL-terminated), to which *text advances. Text above the first head belongs to the run
 * below it. A head that is cut off at the end of the text begins a run, too. There is at least one
 * run; after the last, *text is NULL, and then so is the result.
 */
char *runs__cut(const char **text, const char *const *heads);
/* Does the line begin with `head`, or with a part of it that is cut off at the end of the text? */
bool runs__is_head(const char *line, const char *head);
/* The first line that begins with any of the heads, possibly cut off at the end of the text; NULL
 * if there is none. */
const char *runs__first(const char *text, const char *const *heads);
/* The first line, from `text` on, that begins with `head`; NULL if there is none. */
const char *runs__line(const char *text, const char *head);
/* Does `mark` occur more than once? Then two runs were joined without the line that begins one. */
bool runs__twice(const char *text, const char *mark);

#endif
