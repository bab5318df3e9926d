// SPDX-License-Identifier: GPL-2.0-only
/*
 * cache.c - caches the unfiltered history and brings it up to date when the database changes.
 * Filtered histories share its points.
 */
#include "reports/history/cache.h"
#include "reports/history/index.h"
#include "reports/history/load.h"
#include "lib/clock.h"

void history_cache__init(struct history_cache *k)
{
	pthread_condattr_t attr;

	*k = (struct history_cache){ .wait_ms = HISTORY_WAIT_MS };
	pthread_mutex_init(&k->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&k->built, &attr);
	pthread_condattr_destroy(&attr);
}

void history_cache__stop(struct history_cache *k)
{
	atomic_store(&k->stop, true);
}

void history_cache__release(struct history_cache *k)
{
	history__free(k->all);
	pthread_cond_destroy(&k->built);
	pthread_mutex_destroy(&k->lock);
}

static bool is_fresh(const struct history_cache *k, uint64_t state)
{
	return k->all && k->state >= state;
}

/* If another thread is building, wait for its result instead of building the same history, but not
 * forever: the same threads also serve pages that need no history. Called with the lock held. */
static int wait_for_builder(struct history_cache *k, uint64_t state, struct err *err)
{
	uint64_t until = clock__read(CLOCK_MONOTONIC) + k->wait_ms * NSEC_PER_MSEC;
	const struct timespec at = { .tv_sec = (time_t)(until / NSEC_PER_SEC),
				     .tv_nsec = (long)(until % NSEC_PER_SEC) };
	int ret = 0;

	while (!ret && k->building && !is_fresh(k, state))
		ret = -pthread_cond_timedwait(&k->built, &k->lock, &at);
	if (!k->building || is_fresh(k, state))
		return 0;
	return err__set(err, -EINPROGRESS,
			"the history of all campaigns is still being read, which takes a while after the "
			"start if there are millions of values: try again in a few seconds");
}

/* Build or update the history. Called with the lock held; drops it while building. */
static int rebuild(struct history_cache *k, uint64_t state, struct store *st, struct err *err)
{
	const struct history_filter everything = { .stop = &k->stop };
	struct history *before = k->all, *fresh;
	int ret;

	k->building = true;
	pthread_mutex_unlock(&k->lock);
	ret = before ? history__update(st, before, &k->stop, &fresh, err) :
		       history__build(st, &everything, &fresh, err);
	pthread_mutex_lock(&k->lock);
	k->building = false;
	pthread_cond_broadcast(&k->built);
	if (ret)
		return ret;
	history__free(k->all);
	k->all = fresh;
	k->state = state;
	return 0;
}

/* Get the unfiltered history, with a reference for the caller. Only the building thread changes
 * k->all. */
static int get_all(struct history_cache *k, uint64_t state, struct store *st, struct history **all,
		   struct err *err)
{
	int ret;

	pthread_mutex_lock(&k->lock);
	ret = wait_for_builder(k, state, err);
	if (!ret && !is_fresh(k, state))
		ret = rebuild(k, state, st, err);
	*all = ret ? NULL : history__ref(k->all);
	pthread_mutex_unlock(&k->lock);
	return ret;
}

/* A history of the streams that match a filter. It shares the points of `all` and takes over the
 * reference to it. */
static struct history *part_of(struct history *all, const struct history_filter *f)
{
	struct history_filter narrow = *f;
	struct history *h;
	struct history_range r;

	if (history_filter__is_empty(f))
		return all;
	h = history__new();
	h->of = all;
	h->notes = all->notes;
	h->n_notes = all->n_notes;
	for (r = history_index__find(all, &narrow); r.n > 0; r.n--) {
		const struct history_stream *s = history_range__next(&r);

		if (!history_filter__fits(&narrow, s))
			continue;
		h->n_orphans += s->n_orphans;
		*APPEND(h->streams, h->n_streams) = *s;
	}
	return h;
}

/* Ratios to a reference are not cached: they are different values. */
int history_cache__get(struct history_cache *k, uint64_t state, struct store *st,
		       const struct history_filter *f, struct history **out, struct err *err)
{
	struct history_filter own = *f;
	struct history *all;
	int ret;

	own.stop = k ? &k->stop : NULL;
	if (!k || f->reference)
		return history__build(st, &own, out, err);
	ret = get_all(k, state, st, &all, err);
	*out = ret ? NULL : part_of(all, f);
	return ret;
}
