// SPDX-License-Identifier: GPL-2.0-only
/* cache.c - accessors for the caches of histories, reports, headlines and campaigns. */
#include "reports/web/cache.h"
#include "lib/units.h"

void page_caches__init(struct page_caches *k)
{
	history_cache__init(&k->histories);
	report_cache__init(&k->reports);
	headline_cache__init(&k->headlines);
	campaign_cache__init(&k->campaigns);
}

void page_caches__stop(struct page_caches *k)
{
	history_cache__stop(&k->histories);
}

void page_caches__release(struct page_caches *k)
{
	history_cache__release(&k->histories);
	report_cache__release(&k->reports);
	headline_cache__release(&k->headlines);
	campaign_cache__release(&k->campaigns);
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

int page__headline(struct store *st, const struct page_request *req, const struct campaign_brief *c,
		   struct headline *out, struct err *err)
{
	return headline_cache__get(req->caches ? &req->caches->headlines : NULL, st, c, out, err);
}

int page__campaigns(struct store *st, const struct page_request *req,
		    const struct campaign_filter *f, struct campaign_list *out, struct err *err)
{
	return campaign_cache__get(req->caches ? &req->caches->campaigns : NULL, req->state, st, f,
				   out, err);
}

static int read_date(const struct query *q, const char *key, uint64_t *ns, struct err *err)
{
	const char *text = query__get_or(q, key, NULL);

	*ns = 0;
	if (text && tag__date(text, ns))
		return err__set(err, -EINVAL,
				"%s: expected a date such as 2026-11-21 or 2026-11-21T05:40:00Z, "
				"found \"%.40s\"",
				key, text);
	return 0;
}

int page__campaign_filter(const struct query *q, struct campaign_filter *f, struct err *err)
{
	const char *limit = query__get_or(q, "limit", NULL);
	uint64_t n = 0;
	int ret;

	*f = (struct campaign_filter){
		.plan = query__get_or(q, "plan", NULL),
		.machine = query__get_or(q, "machine", NULL),
		.kernel = query__get_or(q, "kernel", NULL),
		.tag = query__get_or(q, "tag", NULL),
		.search = query__get_or(q, "search", NULL),
	};
	ret = read_date(q, "from", &f->from_ns, err);
	if (!ret)
		ret = read_date(q, "to", &f->to_ns, err);
	if (!ret && limit && (units__u64(limit, &n) || !n))
		ret = err__set(err, -EINVAL, "limit: expected a number from 1 on, found \"%.40s\"",
			       limit);
	f->limit = n;
	return ret;
}
