/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report_cache.h - the latest comparisons, cached until the database changes: a campaign, its data
 * and each of its rows are separate pages that show views of the same report. Thread-safe.
 */
#ifndef KDUEL_WEB_REPORT_CACHE_H
#define KDUEL_WEB_REPORT_CACHE_H

#include "reports/report/report.h"

#include <pthread.h>
#include <stdatomic.h>

#define REPORTS_CACHED 8

/* Shared between threads, so immutable. */
struct cached_report {
	const struct campaign *c; /* of two sides, the candidate's */
	const struct report *r; /* NULL: the plan compares nothing */
	struct dataset *none; /* owned: holds the campaign if there is no report */
	char *key; /* owned: key of the campaign, or CANDIDATE/BASELINE */
	uint64_t state; /* of the database */
	atomic_uint refs;
};

struct report_cache {
	pthread_mutex_t lock;
	struct cached_report *v[REPORTS_CACHED]; /* the most recently used first */
	size_t n;
};

void report_cache__init(struct report_cache *k);
void report_cache__release(struct report_cache *k);

/*
 * The campaign with that key (as for store__load()) and the comparisons of its plan; or, with a
 * baseline, two sides as for report__open_pair(). The report is of state `state` of the database or
 * a later one. With `k` NULL it is always built. 0, and the caller puts *out back; or -errno with
 * *out NULL.
 */
int report_cache__get(struct report_cache *k, uint64_t state, struct store *st, const char *key,
		      const char *baseline, const struct cached_report **out, struct err *err);
/* Drop a reference; NULL is fine. */
void cached_report__put(const struct cached_report *report);
CLEANUP_POINTER(const struct cached_report, cached_report__put)

#endif
