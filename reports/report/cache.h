/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache.h - the last comparisons, kept while the database stays as it is: each row has a page of
 * its own, and all of them show parts of one report. Safe for threads.
 */
#ifndef KDUEL_REPORT_CACHE_H
#define KDUEL_REPORT_CACHE_H

#include "reports/report/report.h"

#include <pthread.h>
#include <stdatomic.h>

#define REPORTS_KEPT 8

/* Nobody changes one. */
struct kept_report {
	const struct campaign *c; /* of two sides, the candidate's */
	const struct report *r; /* NULL: the plan compares nothing */
	struct dataset *none; /* owned: what the campaign lives in when there is no report */
	char *key; /* what it was asked for by */
	uint64_t state; /* of the database */
	atomic_uint refs;
};

struct report_kept {
	pthread_mutex_t lock;
	struct kept_report *v[REPORTS_KEPT]; /* the last that was asked for first */
	size_t n;
};

void report_kept__init(struct report_kept *k);
void report_kept__release(struct report_kept *k);

/* The campaign of that key (as for store__load()) and what its plan compares; or, with a
 * baseline, two sides as for report__open_pair(). By a database in this state or in a later one. The
 * caller gives it back. `k` may be NULL: it is made. 0 or -errno, and *out is NULL. */
int report_kept__get(struct report_kept *k, uint64_t state, struct store *st, const char *key,
		     const char *baseline, const struct kept_report **out, struct err *err);
void kept_report__put(const struct kept_report *report);

#endif
