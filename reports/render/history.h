/* SPDX-License-Identifier: GPL-2.0-only */
/* history.h - histories and lists of changes, as text and JSON. */
#ifndef KDUEL_RENDER_HISTORY_H
#define KDUEL_RENDER_HISTORY_H

#include "reports/history/history.h"

#include <jansson.h>

/* A table of points per stream, its changes between them. */
void history_text__print(const struct history *h, FILE *out);
/* The changes of all streams, newest first; only those that wait for a word or are confirmed,
 * unless `all`. Returns how many were written. */
size_t history_text__print_changes(const struct history *h, bool all, FILE *out);

/* {"schema": 1, "kind": "history" | "changes", ...}; the caller owns the reference. */
json_t *history_json__history(const struct history *h);
json_t *history_json__changes(const struct history *h, bool all);

struct listed_change {
	const struct history_stream *s;
	const struct history_change *c;
};

/* Changes of all streams, newest first; without `all` the open ones. The caller frees *list. */
size_t history_changes__list(const struct history *h, bool all, struct listed_change **list);
/* Is this change listed without --all? */
bool history_change__open(const struct history_change *c);

#endif
