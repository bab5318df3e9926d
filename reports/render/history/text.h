/* SPDX-License-Identifier: GPL-2.0-only */
/* text.h - histories and lists of changes, as text. */
#ifndef KDUEL_RENDER_HISTORY_TEXT_H
#define KDUEL_RENDER_HISTORY_TEXT_H

#include "reports/history/changes.h"

/* Print a table of points for each stream, with changes between the points. */
void history_text__print(const struct history *h, FILE *out);
/* Print the changes of all streams, newest first; only open ones (provisional or confirmed) unless
 * `all`. Returns how many were printed. */
size_t history_text__print_changes(const struct history *h, bool all, FILE *out);
/* Print open changes for a mail: date and commits, and below them what changed; only the first
 * few. `machine`: only those of the machine with exactly this tag (filters match prefixes);
 * NULL: all. */
void history_text__mail_changes(const struct history *h, const char *machine, FILE *out);

#endif
