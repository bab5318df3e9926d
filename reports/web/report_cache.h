/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report_cache.h - the last comparisons, cached while the database stays as it is: a campaign, its data and
 * each of its rows are pages of their own, and all of them show views of one report. Thread-safe.
 */
#ifndef KDUEL_WEB_REPORT_CACHE_H
#define KDUEL_WEB_REPORT_CACHE_H

#include "reports/report/report.h"

#include <pthread.h>
#include <stdatomic.h>

#define REPORTS_CACHED 8

/* Shared by threads, so never changed. */
struct cached_report {
	const struct campaign *c; /* of two sides, the candidate's */
	const struct report *r; /* NULL: the plan compares nothing */
	struct dataset *none; /* owned: what the campaign lives in when there is no report */
	char *key; /* owned: of the campaign, or CANDIDATE/BASELINE */
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

/* The campaign of that key (as for store__load()) and what its plan compares; or, with a baseline,
 * two sides as for report__open_pair(). The report is that of state `state` of the database or of a
 * later one. `k` may be NULL: then it is built. 0, and the caller puts *out back; or -errno, and
 * *out is NULL. */
int report_cache__get(struct report_cache *k, uint64_t state, struct store *st, const char *key,
		      const char *baseline, const struct cached_report **out, struct err *err);
/* Drop a reference; NULL is fine. */
void cached_report__put(const struct cached_report *report);
CLEANUP_POINTER(const struct cached_report, cached_report__put)

#endif
