/* SPDX-License-Identifier: GPL-2.0-only */
/* cache.h - histories and reports that pages share, cached while the database stays as it is.
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
/* End what takes long to build, of which pages then fail; others go on. From any thread. */
void page_caches__stop(struct page_caches *k);
void page_caches__release(struct page_caches *k);

/* The options of `kduel history` in a query; what is missing or empty chooses nothing. The texts are
 * the query's. */
void page__history_filter(const struct query *q, struct history_filter *f);
/* As history__build(), from the cache if the request has one. The caller frees *out. */
int page__history(struct store *st, const struct page_request *req, const struct history_filter *f,
		  struct history **out, struct err *err);
/* As report_cache__get(), from the cache if the request has one. The caller puts *out back. */
int page__report(struct store *st, const struct page_request *req, const char *key,
		 const char *baseline, const struct cached_report **out, struct err *err);
/* Which campaigns a query asks for (KEYS_CAMPAIGNS); the texts are the query's. -EINVAL: a value that
 * is no date or number. */
int page__campaign_filter(const struct query *q, struct campaign_filter *f, struct err *err);
/* As campaign_list__load(), from the cache if the request has one. The caller releases *out. */
int page__campaigns(struct store *st, const struct page_request *req,
		    const struct campaign_filter *f, struct campaign_list *out, struct err *err);
/* As headline_cache__get(), from the cache if the request has one. */
int page__headline(struct store *st, const struct page_request *req, const struct campaign_brief *c,
		   struct headline *out, struct err *err);

#endif
