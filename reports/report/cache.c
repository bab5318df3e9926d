// SPDX-License-Identifier: GPL-2.0-only
/* cache.c - the last comparisons, with the ones used last in front. */
#include "reports/report/cache.h"
#include "reports/report/open.h"

void report_kept__init(struct report_kept *k)
{
	*k = (struct report_kept){ 0 };
	pthread_mutex_init(&k->lock, NULL);
}

void report_kept__release(struct report_kept *k)
{
	while (k->n)
		kept_report__put(k->v[--k->n]);
	pthread_mutex_destroy(&k->lock);
}

void kept_report__put(const struct kept_report *report)
{
	struct kept_report *own = (struct kept_report *)report;

	if (!own || atomic_fetch_sub(&own->refs, 1) > 1)
		return;
	report__free((struct report *)own->r);
	dataset__free(own->none);
	free(own->key);
	free(own);
}

/* To the front, where those before the i-th make room. */
static void to_front(struct report_kept *k, struct kept_report *report, size_t i)
{
	for (; i > 0; i--)
		k->v[i] = k->v[i - 1];
	k->v[0] = report;
}

/* With a reference for the caller. */
static struct kept_report *find(struct report_kept *k, uint64_t state, const char *key)
{
	for (size_t i = 0; i < k->n; i++) {
		struct kept_report *found = k->v[i];

		if (found->state < state || !streq(found->key, key))
			continue;
		to_front(k, found, i);
		atomic_fetch_add(&found->refs, 1);
		return found;
	}
	return NULL;
}

static void keep(struct report_kept *k, struct kept_report *report)
{
	if (k->n == REPORTS_KEPT)
		kept_report__put(k->v[--k->n]);
	to_front(k, report, k->n++);
	atomic_fetch_add(&report->refs, 1);
}

static int make(struct store *st, const char *key, const char *baseline, struct kept_report **out,
		struct err *err)
{
	struct dataset *none = NULL;
	struct report *r;
	int ret = baseline ? report__open_pair(st, key, baseline, &r, err) :
			     report__open(st, key, &r, &none, err);

	if (ret)
		return ret;
	*out = xcalloc(1, sizeof(**out));
	**out = (struct kept_report){
		.c = r ? r->campaign : none->of[0].c,
		.r = r,
		.none = none,
	};
	atomic_init(&(*out)->refs, 1);
	return 0;
}

int report_kept__get(struct report_kept *k, uint64_t state, struct store *st, const char *key,
		     const char *baseline, const struct kept_report **out, struct err *err)
{
	_free_ char *both = xasprintf("%s%s%s", key, baseline ? "/" : "", baseline ? baseline : "");
	struct kept_report *report = NULL;
	int ret = 0;

	if (k) {
		pthread_mutex_lock(&k->lock);
		report = find(k, state, both);
		pthread_mutex_unlock(&k->lock);
	}
	/* Two who need the same one at the same time each make it: others do not wait for them. */
	if (!report) {
		ret = make(st, key, baseline, &report, err);
		if (!ret && k) {
			report->key = xstrdup(both);
			report->state = state;
			pthread_mutex_lock(&k->lock);
			keep(k, report);
			pthread_mutex_unlock(&k->lock);
		}
	}
	*out = report;
	return ret;
}
