// SPDX-License-Identifier: GPL-2.0-only
/* feed.c - Atom feeds (RFC 4287): level changes, and findings of nightly campaigns. */
#include "lib/date.h"
#include "reports/pages/change.h"
#include "reports/report/words.h"
#include "reports/web/cache.h"

#define ENTRIES 50

/* The escapes that html.h writes are valid in XML, too. */
static void put_time(struct html *h, uint64_t ns)
{
	char iso[DATE_LEN];

	html__fmt(h, "<updated>%s</updated>\n", date__utc(ns, DATE_ISO, iso));
}

static void begin(struct html *h, const char *what, uint64_t newest_ns)
{
	html__put(h, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		     "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
	html__fmt(h,
		  "<title>kduel: %s</title>\n<id>urn:x-kduel:%s</id>\n<author><name>kduel</name></author>\n",
		  what, what);
	put_time(h, newest_ns);
}

static void end(struct html *h, FILE *out, struct page_reply *reply)
{
	_free_ char *text = NULL;
	size_t len;

	html__put(h, "</feed>\n");
	reply->type = PAGE_ATOM;
	text = html__take(h, &len);
	fwrite(text, 1, len, out);
}

/* Date of the night or of the newest note: feed readers show an entry again if it was updated. */
static uint64_t updated_ns(const struct listed_change *l)
{
	uint64_t ns = l->s->points[l->c->c.at].date_ns;

	for (size_t i = 0; i < l->c->n_notes; i++)
		ns = l->c->notes[i].made_ns > ns ? l->c->notes[i].made_ns : ns;
	return ns;
}

/* "memcached/p99 +6.1 % worse: next, nightly". */
static void put_change(struct html *h, const struct page_request *req,
		       const struct listed_change *l)
{
	const struct history_point *at = &l->s->points[l->c->c.at];
	_free_ char *url = changes__history_url(req, l->s),
		    *step = words__step(l->s->share, &l->c->c);

	html__fmt(h,
		  "<entry><id>urn:x-kduel:change:%s</id>\n<title>%s/%s %s %s: %s, plan %s</title>\n"
		  "<link href=\"%s\"/>\n",
		  l->c->id, l->s->workload, l->s->name, step, l->c->worse ? "worse" : "better",
		  l->s->variant, l->s->plan, url);
	put_time(h, updated_ns(l));
	if (*l->c->bug)
		html__fmt(h, "<link rel=\"related\" href=\"%s\"/>\n", l->c->bug);
	html__fmt(h, "<summary>%s since campaign %.8s%s%s, on %s%s%s%s%s</summary></entry>\n",
		  change_state__name(l->c->state), at->campaign, *at->commit ? ", commit " : "",
		  at->commit, l->s->machine, *l->c->assignee ? ", assigned to " : "",
		  l->c->assignee, *l->c->bug ? ", bug " : "", l->c->bug);
}

/* /feed/changes.xml */
int page_feed_changes(struct store *st, const struct page_request *req, FILE *out,
		      struct page_reply *reply, struct err *err)
{
	_cleanup_(history__freep) struct history *hist = NULL;
	_cleanup_(html__release) struct html h = { 0 };
	_free_ struct listed_change *list = NULL;
	struct history_filter f;
	uint64_t newest_ns = 0;
	size_t n;
	int ret;

	page__history_filter(req->query, &f);
	ret = page__history(st, req, &f, &hist, err);
	if (ret)
		return ret;
	n = history_changes__list(hist, false, &list);
	for (size_t i = 0; i < n && i < ENTRIES; i++)
		newest_ns = updated_ns(&list[i]) > newest_ns ? updated_ns(&list[i]) : newest_ns;
	begin(&h, "changes", newest_ns);
	for (size_t i = 0; i < n && i < ENTRIES; i++)
		put_change(&h, req, &list[i]);
	end(&h, out, reply);
	return 0;
}

/* /feed/nights.xml: finished campaigns only, as verdicts of running ones may still change. */
int page_feed_nights(struct store *st, const struct page_request *req, FILE *out,
		     struct page_reply *reply, struct err *err)
{
	_cleanup_(campaign_list__release) struct campaign_list list = { 0 };
	_cleanup_(html__release) struct html h = { 0 };
	struct campaign_filter f;
	size_t n = 0;
	int ret = page__campaign_filter(req->query, &f, err);

	f.by_date = true;
	if (!ret)
		ret = page__campaigns(st, req, &f, &list, err);
	if (ret)
		return ret;
	begin(&h, "nights", list.n ? list.v[0].date_ns : 0);
	for (size_t i = 0; i < list.n && n < ENTRIES; i++) {
		const struct campaign_line *l = &list.v[i];
		_cleanup_(headline__release) struct headline line = { 0 };
		_free_ char *url = link__to(req, "campaign", l->c->uuid, NULL);

		if (!streq(l->c->state, "finished"))
			continue;
		ret = page__headline(st, req, l->c, &line, err);
		if (ret)
			return ret;
		n++;
		html__fmt(&h,
			  "<entry><id>urn:uuid:%s</id>\n<title>%s: %s</title>\n<link href=\"%s\"/>\n",
			  l->c->uuid, l->c->name, line.word, url);
		put_time(&h, l->date_ns);
		html__fmt(&h, "<summary>%s</summary></entry>\n", line.text);
	}
	end(&h, out, reply);
	return 0;
}
