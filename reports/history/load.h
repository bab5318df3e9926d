/* SPDX-License-Identifier: GPL-2.0-only */
/* load.h - from the boots of a database to streams with their points and changes. */
#ifndef KDUEL_HISTORY_LOAD_H
#define KDUEL_HISTORY_LOAD_H

#include "reports/history/history.h"

/* Is a stream one that such a filter leaves? References are not looked at. */
bool history_filter__fits(const struct history_filter *f, const struct history_stream *s);
/* Does everything fit? f->stop is not looked at. */
bool history_filter__is_empty(const struct history_filter *f);
/* The history of everything as history__build() makes it, out of one of an earlier state of the same database:
 * streams that nothing was added to, and whose campaigns and notes are as they were, are shared with it. `stop` as
 * in struct history_filter. */
int history__update(struct store *st, const struct history *before, const atomic_bool *stop,
		    struct history **out, struct err *err);
/* Read the points of all streams that fit, and find their changes. 0 (with no streams when nothing fits) or -errno. */
int history__build(struct store *st, const struct history_filter *f, struct history **out,
		   struct err *err);

#endif
