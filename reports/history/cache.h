/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache.h - the history of everything, kept while the database stays as it is: to read it
 * takes longer than all else on a page, and most pages show a part of it. Safe for threads.
 */
#ifndef KDUEL_HISTORY_CACHE_H
#define KDUEL_HISTORY_CACHE_H

#include "reports/history/history.h"

#include <pthread.h>

struct history_cache {
	pthread_mutex_t lock;
	struct history *all; /* NULL: not asked for yet */
	uint64_t state; /* of the database that it was read from */
};

void history_cache__init(struct history_cache *k);
void history_cache__release(struct history_cache *k);

/* As history__build(), for who knows that the database is in this state, or in a later one (its
 * number is higher). Ratios to a reference are built. `k` may be NULL: all are. What is got is shared with
 * others: it is only read. */
int history_cache__get(struct history_cache *k, uint64_t state, struct store *st,
		       const struct history_filter *f, struct history **out, struct err *err);

#endif
