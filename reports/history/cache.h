/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache.h - the history of everything, kept while the database stays as it is: to read it
 * takes longer than all else on a page, and most pages show a part of it. Safe for threads.
 */
#ifndef KDUEL_HISTORY_CACHE_H
#define KDUEL_HISTORY_CACHE_H

#include "reports/history/history.h"

#include <pthread.h>

/* So long a page waits for the history that another thread reads; then it says so. */
#define HISTORY_WAIT_MS 10000

struct history_cache {
	pthread_mutex_t lock;
	pthread_cond_t built;
	struct history *all; /* NULL: not asked for yet */
	uint64_t state; /* of the database that it was read from */
	bool building; /* by one thread, without the lock */
	unsigned int wait_ms; /* HISTORY_WAIT_MS */
	atomic_bool stop; /* as in struct history_filter */
};

void history_cache__init(struct history_cache *k);
/* End what is being built: it fails, and so does what is asked for from now on. */
void history_cache__stop(struct history_cache *k);
/* When no thread uses it. */
void history_cache__release(struct history_cache *k);

/* As history__build(), for who knows that the database is in this state, or in a later one (its
 * number is higher). Ratios to a reference are built. `k` may be NULL: all are. What is got is shared with
 * others: it is only read. -EINPROGRESS: another thread still reads it. -ECANCELED: stopped. */
int history_cache__get(struct history_cache *k, uint64_t state, struct store *st,
		       const struct history_filter *f, struct history **out, struct err *err);

#endif
