/* SPDX-License-Identifier: GPL-2.0-only */
/* load.h - from the boots of a database to the points of streams; only for reports/history/. */
#ifndef KDUEL_HISTORY_LOAD_H
#define KDUEL_HISTORY_LOAD_H

#include "reports/history/history.h"

/* Is a stream one that such a filter leaves? References are not looked at. */
bool history_filter__fits(const struct history_filter *f, const struct history_stream *s);
/* Read the points of all streams that fit; order and restarts are not settled yet. 0 or -errno. */
int history_load__points(struct store *st, const struct history_filter *f, struct history *h,
			 struct err *err);

#endif
