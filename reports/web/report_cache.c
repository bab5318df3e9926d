// SPDX-License-Identifier: GPL-2.0-only
/* report_cache.c - an LRU cache of comparisons, as an array with the most recently used in
 * front. */
#include "reports/web/report_cache.h"
#include "reports/report/open.h"

void report_cache__init(struct report_cache *k)
{
	*k = (struct report_cache){ 0 };
	pthread_mutex_init(&k->lock, NULL);
}

/* Reports that callers still hold live on until they are put back. */
void report_cache__release(struct report_cache *k)
{
	while (k->n)
		cached_report__put(k->v[--k->n]);
	pthread_mutex_destroy(&k->lock);
}

/* The last owner frees. This needs no lock: reports that find_report() can find are referenced by
 * the cache, so their count is not 0. */
void cached_report__put(const struct cached_report *report)
{
	struct cached_report *own = (struct cached_report *)report;

	if (!own || atomic_fetch_sub(&own->refs, 1) > 1)
		return;
	report__free((struct report *)own->r);
	dataset__free(own->none);
	free(own->key);
	free(own);
}

/* Move the report at index i to the front. With the lock held. */
static void to_front(struct report_cache *k, struct cached_report *report, size_t i)
{
	for (; i > 0; i--)
		k->v[i] = k->v[i - 1];
	k->v[0] = report;
}

/* A report of this state of the database or a later one, with a reference for the caller; NULL if
 * there is none. With the lock held. */
static struct cached_report *find_report(struct report_cache *k, uint64_t state, const char *key)
{
	for (size_t i = 0; i < k->n; i++) {
		struct cached_report *found = k->v[i];

		if (found->state < state || !streq(found->key, key))
			continue;
		to_front(k, found, i);
		atomic_fetch_add(&found->refs, 1);
		return found;
	}
	return NULL;
}

/* Build a report with one reference, for the caller. *out is unchanged on error. */
static int build_report(struct store *st, const char *key, const char *baseline,
			struct cached_report **out, struct err *err)
{
	struct dataset *none = NULL;
	struct report *r;
	int ret = baseline ? report__open_pair(st, key, baseline, &r, err) :
			     report__open(st, key, &r, &none, err);

	if (ret)
		return ret;
	*out = xcalloc(1, sizeof(**out));
	**out = (struct cached_report){
		.c = none ? none->of[0].c : r->campaign,
		.r = r,
		.none = none,
	};
	atomic_init(&(*out)->refs, 1);
	return 0;
}

int report_cache__get(struct report_cache *k, uint64_t state, struct store *st, const char *key,
		      const char *baseline, const struct cached_report **out, struct err *err)
{
	_free_ char *both = xasprintf("%s%s%s", key, baseline ? "/" : "", baseline ? baseline : "");
	struct cached_report *report = NULL;
	int ret = 0;

	if (k) {
		pthread_mutex_lock(&k->lock);
		report = find_report(k, state, both);
		pthread_mutex_unlock(&k->lock);
	}
	/* Built without the lock: two threads may build the same report, but no thread waits. */
	if (!report) {
		ret = build_report(st, key, baseline, &report, err);
		if (!ret && k) {
			report->key = xstrdup(both);
			report->state = state;
			pthread_mutex_lock(&k->lock);
			if (k->n == REPORTS_CACHED)
				cached_report__put(k->v[--k->n]);
			to_front(k, report, k->n++);
			atomic_fetch_add(&report->refs, 1);
			pthread_mutex_unlock(&k->lock);
		}
	}
	*out = report;
	return ret;
}
