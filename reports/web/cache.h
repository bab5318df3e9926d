/* SPDX-License-Identifier: GPL-2.0-only */
/* cache.h - histories and reports shared by pages, cached until the database changes.
 * Thread-safe. */
#ifndef KDUEL_WEB_CACHE_H
#define KDUEL_WEB_CACHE_H

#include "reports/history/cache.h"
#include "reports/web/report_cache.h"
#include "reports/campaigns/campaigns.h"
#include "reports/web/page.h"

struct page_caches {
	struct history_cache histories;
	struct report_cache reports;
	struct headline_cache headlines;
	struct campaign_cache campaigns;
};

void page_caches__init(struct page_caches *k);
/* Stop building what takes long, on shutdown: pages that wait for it fail, others go on. Callable
 * from any thread. */
void page_caches__stop(struct page_caches *k);
void page_caches__release(struct page_caches *k);

/* Set a filter from the parameters of a query, which are those of `kduel history`; missing or empty
 * ones select everything. Strings point into the query. */
void page__history_filter(const struct query *q, struct history_filter *f);
/* Like history__build(), but from the cache if the request has one. The caller frees *out. */
int page__history(struct store *st, const struct page_request *req, const struct history_filter *f,
		  struct history **out, struct err *err);
/* Like report_cache__get(), with the cache of the request, if any. The caller puts *out back. */
int page__report(struct store *st, const struct page_request *req, const char *key,
		 const char *baseline, const struct cached_report **out, struct err *err);
/* Which campaigns a query selects (KEYS_CAMPAIGNS); strings point into the query. -EINVAL: a value
 * is not a valid date or number. */
int page__campaign_filter(const struct query *q, struct campaign_filter *f, struct err *err);
/* Like campaign_list__load(), but from the cache if the request has one. The caller releases
 * *out. */
int page__campaigns(struct store *st, const struct page_request *req,
		    const struct campaign_filter *f, struct campaign_list *out, struct err *err);
/* Like headline_cache__get(), with the cache of the request, if any. */
int page__headline(struct store *st, const struct page_request *req, const struct campaign_brief *c,
		   struct headline *out, struct err *err);

#endif
