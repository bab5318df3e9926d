// SPDX-License-Identifier: GPL-2.0-only
/* campaigns.c - all campaigns by date, in pages: a year of a fleet has tens of thousands. */
#include "lib/units.h"
#include "reports/pages/filter.h"
#include "reports/web/cache.h"

#define EACH 200 /* campaigns per page */

/* Keeps the query, so that a search applies to the next page, too. */
static void put_page_link(struct html *h, const struct page_request *req, uint64_t n,
			  const char *text)
{
	_free_ char *part = xasprintf("%llu", (unsigned long long)n);
	_free_ char *query = query__encode(req->query);
	_free_ char *path = link__to(req, "campaigns", n > 1 ? part : NULL, NULL);

	html__put(h, " ");
	piece__link(h, xasprintf("%s%s%s", path, *query ? "?" : "", query), text);
}

static void put_pages(struct html *h, const struct page_request *req, uint64_t page, size_t n)
{
	html__put(h, "<p>");
	if (page > 1)
		put_page_link(h, req, page - 1, "Newer");
	if (page * EACH < n)
		put_page_link(h, req, page + 1, "Older");
	html__put(h, "</p>\n");
}

static void put_line(struct html *h, const struct page_request *req, const struct campaign_line *l)
{
	html__put(h, "<li>");
	piece__date(h, l->date_ns);
	html__put(h, " ");
	piece__link(h, link__to(req, "campaign", l->c->uuid, NULL), l->c->name);
	html__fmt(h, " <span class=\"soft\">%.8s, %s, %.12s</span></li>\n", l->c->uuid, l->c->state,
		  l->machine);
}

static void put_form(struct html *h, const struct page_request *req)
{
	_free_ char *self = link__to(req, "campaigns", NULL);

	html__fmt(h, "<form class=\"filters\" method=\"get\" action=\"%s\">", self);
	filter__campaigns(h, req->query);
	html__put(h, "</form>\n");
}

static void put_list(struct html *h, const struct page_request *req, uint64_t page,
		     const struct campaign_list *list)
{
	size_t first = (page - 1) * EACH, last = first + EACH;

	last = last < list->n ? last : list->n;
	html__fmt(h, "<p class=\"lead\">%zu of %zu campaigns", list->n, list->n_all);
	if (list->n > EACH)
		html__fmt(h, "; this page has %zu to %zu", first + 1, last);
	html__put(h, ".</p>\n<ul>\n");
	for (size_t i = first; i < last; i++)
		put_line(h, req, &list->v[i]);
	html__put(h, "</ul>\n");
	put_pages(h, req, page, list->n);
}

/* /campaigns, and /campaigns/2 and so on */
int page_campaigns(struct store *st, const struct page_request *req, FILE *out,
		   struct page_reply *reply __unused, struct err *err)
{
	_cleanup_(campaign_list__release) struct campaign_list list = { 0 };
	_cleanup_(html__release) struct html h = { 0 };
	struct campaign_filter f;
	uint64_t page = 1;
	int ret = page__campaign_filter(req->query, &f, err);

	f.by_date = true;
	if (!ret && req->args.n && (units__u64(req->args.v[0], &page) || !page))
		ret = err__set(err, -ENOENT, "there is no page %.40s of the campaigns",
			       req->args.v[0]);
	if (!ret)
		ret = page__campaigns(st, req, &f, &list, err);
	if (!ret && page > 1 && page > (list.n + EACH - 1) / EACH)
		ret = err__set(err, -ENOENT, "the campaigns have %zu page%s, no page %llu",
			       (list.n + EACH - 1) / EACH, list.n > EACH ? "s" : "",
			       (unsigned long long)page);
	if (ret)
		return ret;
	frame__begin(&h, req, FRAME(.title = "Campaigns", .here = "Overview"));
	if (!req->static_site)
		put_form(&h, req);
	put_list(&h, req, page, &list);
	frame__end(&h, req, out);
	return 0;
}
