/* SPDX-License-Identifier: GPL-2.0-only */
/* history.h - histories and lists of changes, as text and JSON. */
#ifndef KDUEL_RENDER_HISTORY_H
#define KDUEL_RENDER_HISTORY_H

#include "reports/history/changes.h"

#include <jansson.h>

/* A table of points per stream, its changes between them. */
void history_text__print(const struct history *h, FILE *out);
/* The changes of all streams, newest first; only those that wait for a word or are confirmed,
 * unless `all`. Returns how many were written. */
size_t history_text__print_changes(const struct history *h, bool all, FILE *out);

/* {"schema": 1, "kind": "history" | "changes", ...}; the caller owns the reference. */
json_t *history_json__history(const struct history *h);
json_t *history_json__changes(const struct history *h, bool all);

#endif
