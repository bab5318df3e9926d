/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache.h - a cache of the unfiltered history for as long as the database does not change. Reading
 * it takes longer than everything else on a page, and most pages show a part of it. Thread-safe.
 */
#ifndef KDUEL_HISTORY_CACHE_H
#define KDUEL_HISTORY_CACHE_H

#include "reports/history/history.h"

#include <pthread.h>

/* How long a page waits for a history that another thread is reading, before it gives up. */
#define HISTORY_WAIT_MS 10000

struct history_cache {
	pthread_mutex_t lock;
	pthread_cond_t built;
	struct history *all; /* NULL: not built yet */
	uint64_t state; /* state of the database it was read from */
	bool building; /* a thread is building, without the lock */
	unsigned int wait_ms; /* HISTORY_WAIT_MS */
	atomic_bool stop; /* ends a build, see struct history_filter */
};

/* Initialise an empty cache. */
void history_cache__init(struct history_cache *k);
/* Make a running build and all later ones fail with -ECANCELED. */
void history_cache__stop(struct history_cache *k);
/* Free the cache. No thread may use it any more. */
void history_cache__release(struct history_cache *k);

/* Like history__build(), through the cache. `state`: the database is in this state, or in a later
 * one, which has a higher number. Ratios to a reference are built each time, and so is everything
 * if `k` is NULL. The history may be shared: do not modify it; release it with history__free().
 * -EINPROGRESS: another thread is still reading it. -ECANCELED: stopped. */
int history_cache__get(struct history_cache *k, uint64_t state, struct store *st,
		       const struct history_filter *f, struct history **out, struct err *err);

#endif
