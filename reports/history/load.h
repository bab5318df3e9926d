/* SPDX-License-Identifier: GPL-2.0-only */
/* load.h - builds histories from the boots in the database. */
#ifndef KDUEL_HISTORY_LOAD_H
#define KDUEL_HISTORY_LOAD_H

#include "reports/history/history.h"

/* Does a stream match a filter? f->reference and f->campaign are ignored. */
bool history_filter__fits(const struct history_filter *f, const struct history_stream *s);
/* Does the filter match everything? f->stop is ignored. */
bool history_filter__is_empty(const struct history_filter *f);
/* Like history__build() without a filter, but starting from a history of an earlier state of the
 * same database: streams whose data, campaigns and notes have not changed are shared with it.
 * `stop` as in struct history_filter. */
int history__update(struct store *st, const struct history *before, const atomic_bool *stop,
		    struct history **out, struct err *err);
/* Build the streams that match a filter, and find their changes. 0 (with no streams if nothing
 * matches), -ECANCELED if stopped, or -errno. Release with history__free(). */
int history__build(struct store *st, const struct history_filter *f, struct history **out,
		   struct err *err);

#endif
