/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * index.h - precomputed answers to common queries: a fleet has tens of thousands of streams, and a
 * page shows a few.
 */
#ifndef KDUEL_HISTORY_INDEX_H
#define KDUEL_HISTORY_INDEX_H

#include "lib/strvec.h"
#include "reports/history/changes.h"

struct stream_numbers {
	uint32_t *v; /* owned: indices into history.streams, ascending */
	size_t n;
};

struct history_index {
	struct names metrics; /* "WORKLOAD/METRIC" */
	/* Owned, like the lists below; same indices as `metrics`. */
	struct stream_numbers *of_metric;
	struct strvec machines; /* sorted */
	struct listed_change *changes; /* all changes, newest first */
	size_t n_changes;
	/* Streams of primary metrics with more than one point; those with an open change first. */
	struct listed_stream *primary;
	size_t n_primary;
};

/* Comparison function for qsort() and bsearch(), by UUID. */
int history_campaign__compare(const void *a, const void *b);
/* Build the index of a history whose streams are complete and sorted by key. */
struct history_index *history_index__make(const struct history *h);
void history_index__free(struct history_index *x);

/* A superset of the streams that match a filter. */
struct history_range {
	const struct history_stream *streams;
	const uint32_t *numbers; /* NULL: the streams are adjacent, from `at` */
	size_t at, n; /* next stream; number left */
};

/* Find the streams that may match a filter. If the filter has a campaign, f->plan and f->machine
 * are set to those of the campaign. */
struct history_range history_index__find(const struct history *h, struct history_filter *f);
/* The next stream. The caller counts down r->n. */
static inline const struct history_stream *history_range__next(struct history_range *r)
{
	size_t i = r->at++;

	return &r->streams[r->numbers ? r->numbers[i] : i];
}

#endif
