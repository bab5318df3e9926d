// SPDX-License-Identifier: GPL-2.0-only
/* cache.c - the caches of histories and reports, as pages use them. */
#include "reports/web/cache.h"

void page_caches__init(struct page_caches *k)
{
	history_cache__init(&k->histories);
	report_cache__init(&k->reports);
}

void page_caches__release(struct page_caches *k)
{
	history_cache__release(&k->histories);
	report_cache__release(&k->reports);
}

int page__history(struct store *st, const struct page_request *req, const struct history_filter *f,
		  struct history **out, struct err *err)
{
	return history_cache__get(req->caches ? &req->caches->histories : NULL, req->state, st, f,
				  out, err);
}

void page__history_filter(const struct query *q, struct history_filter *f)
{
	*f = (struct history_filter){
		.metric = query__get_or(q, "metric", NULL),
		.workload = query__get_or(q, "workload", NULL),
		.variant = query__get_or(q, "variant", NULL),
		.plan = query__get_or(q, "plan", NULL),
		.machine = query__get_or(q, "machine", NULL),
		.reference = query__get_or(q, "reference", NULL),
	};
}

int page__report(struct store *st, const struct page_request *req, const char *key,
		 const char *baseline, const struct cached_report **out, struct err *err)
{
	return report_cache__get(req->caches ? &req->caches->reports : NULL, req->state, st, key,
				 baseline, out, err);
}
