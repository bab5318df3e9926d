/* SPDX-License-Identifier: GPL-2.0-only */
/* text.h - histories and lists of changes, as text. */
#ifndef KDUEL_RENDER_HISTORY_TEXT_H
#define KDUEL_RENDER_HISTORY_TEXT_H

#include "reports/history/changes.h"

/* A table of points per stream, its changes between them. */
void history_text__print(const struct history *h, FILE *out);
/* The changes of all streams, newest first; only those that are provisional or confirmed, unless
 * `all`. Returns how many were written. */
size_t history_text__print_changes(const struct history *h, bool all, FILE *out);
/* The open ones for a mail: day and commits, and below them what changed; no more than fit a glance. Those of
 * one machine by its whole tag (a filter takes the beginning of one), or with NULL all. */
void history_text__mail_changes(const struct history *h, const char *machine, FILE *out);

#endif
