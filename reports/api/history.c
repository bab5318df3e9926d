// SPDX-License-Identifier: GPL-2.0-only
/* history.c - metrics from campaign to campaign, and when their level changed. */
#include "reports/api/api.h"
#include "reports/render/history.h"
#include "reports/web/link.h"
#include "reports/web/kept.h"

static void read_filter(const struct query *q, struct history_filter *f)
{
	f->metric = query__get_or(q, "metric", NULL);
	f->workload = query__get_or(q, "workload", NULL);
	f->variant = query__get_or(q, "variant", NULL);
	f->plan = query__get_or(q, "plan", NULL);
	f->machine = query__get_or(q, "machine", NULL);
	f->reference = query__get_or(q, "reference", NULL);
}

static void put_stream(struct csv_record *r, const struct history_stream *s)
{
	csv_record__text(r, s->plan);
	csv_record__text(r, s->machine);
	csv_record__text(r, s->variant);
	csv_record__text(r, s->workload);
	csv_record__text(r, s->source);
	csv_record__text(r, s->name);
	csv_record__text(r, s->unit);
	csv_record__text(r, metric__better_name(s->metric.better));
	csv_record__text(r, metric__basis_name(s->basis));
}

#define STREAM_COLUMNS "plan,machine,variant,workload,source,metric,unit,better,basis"

static void put_points(const struct history *h, FILE *out)
{
	struct csv_record r = { .out = out };

	fputs(STREAM_COLUMNS ",campaign,commit,branch,date_ns,value,lo,hi,boots,version\n", out);
	for (size_t i = 0; i < h->n_streams; i++) {
		for (size_t k = 0; k < h->streams[i].n_points; k++) {
			const struct history_point *p = &h->streams[i].points[k];

			put_stream(&r, &h->streams[i]);
			csv_record__text(&r, p->campaign);
			csv_record__text(&r, p->commit);
			csv_record__text(&r, p->branch);
			csv_record__u64(&r, p->date_ns);
			csv_record__number(&r, p->value);
			csv_record__number(&r, p->lo);
			csv_record__number(&r, p->hi);
			csv_record__u64(&r, p->n);
			csv_record__u64(&r, p->version);
			csv_record__end(&r);
		}
	}
}

static void put_changes(const struct history *h, bool all, FILE *out)
{
	struct csv_record r = { .out = out };
	_free_ struct listed_change *list = NULL;
	size_t n = history_changes__list(h, all, &list);

	fputs("id,state," STREAM_COLUMNS ",campaign,commit,date_ns,before_value,after_value,"
	      "effect_pct,lo_pct,hi_pct,p,worse\n",
	      out);
	for (size_t i = 0; i < n; i++) {
		const struct history_change *hc = list[i].c;
		const struct history_point *at = &list[i].s->points[hc->c.at];

		csv_record__text(&r, hc->id);
		csv_record__text(&r, change_state__name(hc->state));
		put_stream(&r, list[i].s);
		csv_record__text(&r, at->campaign);
		csv_record__text(&r, at->commit);
		csv_record__u64(&r, at->date_ns);
		csv_record__number(&r, hc->c.before);
		csv_record__number(&r, hc->c.after);
		csv_record__number(&r, hc->c.pct);
		csv_record__number(&r, hc->c.lo_pct);
		csv_record__number(&r, hc->c.hi_pct);
		csv_record__number(&r, hc->c.p);
		csv_record__u64(&r, hc->worse);
		csv_record__end(&r);
	}
}

static int put_history(struct store *st, const struct page_request *req,
		       const struct history_filter *f, FILE *out, struct page_reply *reply,
		       struct err *err)
{
	struct history *h;
	int ret = page__history(st, req, f, &h, err);

	if (ret)
		return ret;
	if (api__format(req, reply) == API_CSV)
		put_points(h, out);
	else
		json__print(history_json__history(h), out);
	history__free(h);
	return 0;
}

/* /history?metric=... */
int page_api_histories(struct store *st, const struct page_request *req, FILE *out,
		       struct page_reply *reply, struct err *err)
{
	struct history_filter f = { 0 };

	read_filter(req->query, &f);
	return put_history(st, req, &f, out, reply, err);
}

/* /history/WORKLOAD.SOURCE.METRIC */
int page_api_history(struct store *st, const struct page_request *req, FILE *out,
		     struct page_reply *reply, struct err *err)
{
	_free_ char *workload = NULL, *source = NULL, *metric = NULL;
	struct history_filter f = { 0 };
	int ret = link__read_metric(req->args.v[0], &workload, &source, &metric, err);

	if (ret)
		return ret;
	read_filter(req->query, &f);
	f.workload = workload;
	f.source = source;
	f.metric = metric;
	return put_history(st, req, &f, out, reply, err);
}

int page_api_changes(struct store *st, const struct page_request *req, FILE *out,
		     struct page_reply *reply, struct err *err)
{
	bool all = *query__get_or(req->query, "all", "");
	struct history_filter f = { 0 };
	struct history *h;
	int ret;

	read_filter(req->query, &f);
	ret = page__history(st, req, &f, &h, err);
	if (ret)
		return ret;
	if (api__format(req, reply) == API_CSV)
		put_changes(h, all, out);
	else
		json__print(history_json__changes(h, all), out);
	history__free(h);
	return 0;
}
