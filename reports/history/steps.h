/* SPDX-License-Identifier: GPL-2.0-only */
/* steps.h - the steps of building a history; only for reports/history*.c. */
#ifndef KDUEL_HISTORY_STEPS_H
#define KDUEL_HISTORY_STEPS_H

#include "reports/history/history.h"

/* With one owner. */
struct history *history__new(void);
/* Is a stream one that such a filter leaves? References are not looked at. */
bool history_filter__fits(const struct history_filter *f, const struct history_stream *s);
/* Read the points of all streams that fit; order and restarts are not settled yet. */
int history_load__points(struct store *st, const struct history_filter *f, struct history *h,
			 struct err *err);
/* The boots of one side that count, in the order of the schedule. */
struct history_sample {
	double *v; /* owned */
	size_t n;
};

/* Mean of the boots and its limits; against those of `ref` unless that is NULL. False: there is
 * none. Leaves logarithms in the samples. */
bool history_point__of(struct history_sample *s, struct history_sample *ref,
		       struct history_point *p);

/* Find the changes of a stream whose points are in order, and what was said of them. */
void history_changes__find(struct history *h, struct history_stream *s);

#endif
