/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * index.h - what is asked of a whole history again and again, found once: a fleet has tens of thousands of
 * streams, and a page shows a few.
 */
#ifndef KDUEL_HISTORY_INDEX_H
#define KDUEL_HISTORY_INDEX_H

#include "lib/strvec.h"
#include "reports/history/changes.h"

struct stream_numbers {
	uint32_t *v; /* owned: places in the history's streams, in their order */
	size_t n;
};

struct history_index {
	struct names metrics; /* WORKLOAD/METRIC */
	struct stream_numbers *of_metric; /* owned, as the lists below */
	struct strvec machines; /* sorted */
	struct listed_change *changes; /* of all streams, newest first */
	size_t n_changes;
	/* Of primary metrics with more than one point, those with an open change first. */
	struct listed_stream *primary;
	size_t n_primary;
};

/* By UUID. */
int history_campaign__compare(const void *a, const void *b);
/* Of a history whose streams are complete and sorted by key. */
struct history_index *history_index__make(const struct history *h);
void history_index__free(struct history_index *x);

/* Streams that may fit a filter; no other does. */
struct history_range {
	const struct history_stream *streams;
	const uint32_t *numbers; /* NULL: they are next to each other */
	size_t at, n; /* n: left */
};

/* Sets plan and machine of the filter to those of its campaign. */
struct history_range history_index__find(const struct history *h, struct history_filter *f);
/* The next of the n that are left; counting is up to the caller. */
static inline const struct history_stream *history_range__next(struct history_range *r)
{
	size_t i = r->at++;

	return &r->streams[r->numbers ? r->numbers[i] : i];
}

#endif
