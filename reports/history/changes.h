/* SPDX-License-Identifier: GPL-2.0-only */
/* changes.h - the changes of a stream, notes about them, and lists of changes. */
#ifndef KDUEL_HISTORY_CHANGES_H
#define KDUEL_HISTORY_CHANGES_H

#include "reports/history/history.h"

const char *change_state__name(enum change_state s); /* "provisional", ... */
/* Find the changes of a stream whose points are sorted, and attach their notes. Also sets slope and
 * drift. */
void history_changes__find(struct history *h, struct history_stream *s);

struct listed_change {
	const struct history_stream *s;
	const struct history_change *c;
};

/* List the changes of all streams, newest first; only open ones unless `all`. Returns their number;
 * the caller frees *list. */
size_t history_changes__list(const struct history *h, bool all, struct listed_change **list);
/* Is this change open, that is, provisional or confirmed? */
bool history_change__open(const struct history_change *c);

#endif
