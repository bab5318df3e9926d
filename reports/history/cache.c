// SPDX-License-Identifier: GPL-2.0-only
/*
 * cache.c - the history of everything, built once and brought up to date for each state of the database;
 * what a filter leaves of it shares its points.
 */
#include "reports/history/cache.h"
#include "reports/history/index.h"
#include "reports/history/load.h"

void history_cache__init(struct history_cache *k)
{
	*k = (struct history_cache){ 0 };
	pthread_mutex_init(&k->lock, NULL);
}

void history_cache__release(struct history_cache *k)
{
	history__free(k->all);
	pthread_mutex_destroy(&k->lock);
}

/* The history of everything, with a reference for the caller. It is built with the lock held:
 * others that ask meanwhile need the same one, and wait instead of building it as well. */
static int get_all(struct history_cache *k, uint64_t state, struct store *st, struct history **all,
		   struct err *err)
{
	const struct history_filter everything = { 0 };
	struct history *fresh;
	int ret = 0;

	pthread_mutex_lock(&k->lock);
	if (!k->all || k->state < state) {
		ret = k->all ? history__update(st, k->all, &fresh, err) :
			       history__build(st, &everything, &fresh, err);
		if (!ret) {
			history__free(k->all);
			k->all = fresh;
			k->state = state;
		}
	}
	*all = ret ? NULL : history__ref(k->all);
	pthread_mutex_unlock(&k->lock);
	return ret;
}

/* Select the streams that fit, as a history of its own. It takes over the reference to `all`,
 * which owns the points that it shares. */
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

/* Ratios to a reference are other values than those that are cached: they are built each time. */
int history_cache__get(struct history_cache *k, uint64_t state, struct store *st,
		       const struct history_filter *f, struct history **out, struct err *err)
{
	struct history *all;
	int ret;

	if (!k || f->reference)
		return history__build(st, f, out, err);
	ret = get_all(k, state, st, &all, err);
	*out = ret ? NULL : part_of(all, f);
	return ret;
}
