// SPDX-License-Identifier: GPL-2.0-only
/* history.c - histories of metrics, and their changes of level. */
#include "reports/api/api.h"
#include "reports/history/changes.h"
#include "reports/render/history/json.h"
#include "reports/render/history/columns.h"
#include "reports/web/link.h"
#include "reports/web/cache.h"

enum { STREAM, POINT, CHANGE, PARTS };

static const struct column point_columns[] = { STREAM_COLUMNS(STREAM),
					       POINT_COLUMNS(POINT),
					       { 0 } };

static const struct column change_columns[] = {
	CHANGE_NAME_COLUMNS(CHANGE), STREAM_COLUMNS(STREAM),	  PLACE_COLUMNS(POINT),
	CHANGE_SIZE_COLUMNS(CHANGE), CHANGE_CARE_COLUMNS(CHANGE), { 0 },
};

/* One record per point of each stream. */
static void put_points(const struct history *h, FILE *out)
{
	columns__csv_header(point_columns, out);
	for (size_t i = 0; i < h->n_streams; i++) {
		const struct history_stream *s = &h->streams[i];

		for (size_t k = 0; k < s->n_points; k++)
			columns__csv(point_columns,
				     (const void *const[PARTS]){
					     [STREAM] = s, [POINT] = &s->points[k] },
				     out);
	}
}

/* One record per change, newest first; `all` includes dismissed, expected and fixed ones, and
 * restarts. */
static void put_changes(const struct history *h, bool all, FILE *out)
{
	_free_ struct listed_change *list = NULL;
	size_t n = history_changes__list(h, all, &list);

	columns__csv_header(change_columns, out);
	for (size_t i = 0; i < n; i++)
		columns__csv(change_columns,
			     (const void *const[PARTS]){
				     [STREAM] = list[i].s,
				     [POINT] = &list[i].s->points[list[i].c->c.at],
				     [CHANGE] = list[i].c },
			     out);
}

static int put_history(struct store *st, const struct page_request *req,
		       const struct history_filter *f, FILE *out, struct page_reply *reply,
		       struct err *err)
{
	_cleanup_(history__freep) struct history *h = NULL;
	int ret = page__history(st, req, f, &h, err);

	if (ret)
		return ret;
	if (api__format(req, reply) == API_CSV)
		put_points(h, out);
	else
		json__print(history_json__history(h), out);
	return 0;
}

/* /history?metric=... */
int page_api_histories(struct store *st, const struct page_request *req, FILE *out,
		       struct page_reply *reply, struct err *err)
{
	struct history_filter f;

	page__history_filter(req->query, &f);
	return put_history(st, req, &f, out, reply, err);
}

/* /history/WORKLOAD.SOURCE.METRIC */
int page_api_history(struct store *st, const struct page_request *req, FILE *out,
		     struct page_reply *reply, struct err *err)
{
	_free_ char *workload = NULL, *source = NULL, *metric = NULL;
	struct history_filter f;
	int ret = link__read_metric(req->args.v[0], &workload, &source, &metric, err);

	if (ret)
		return ret;
	page__history_filter(req->query, &f);
	f.workload = workload;
	f.source = source;
	f.metric = metric;
	return put_history(st, req, &f, out, reply, err);
}

/* /history/WORKLOAD.SOURCE.METRIC/PLAN/MACHINE/VARIANT: one series. */
int page_api_series(struct store *st, const struct page_request *req, FILE *out,
		    struct page_reply *reply, struct err *err)
{
	_free_ char *workload = NULL, *source = NULL, *metric = NULL;
	struct history_filter f = { .plan = req->args.v[1],
				    .machine = req->args.v[2],
				    .variant = req->args.v[3],
				    .reference = query__get_or(req->query, "reference", NULL) };
	int ret = link__read_metric(req->args.v[0], &workload, &source, &metric, err);

	if (ret)
		return ret;
	f.workload = workload;
	f.source = source;
	f.metric = metric;
	return put_history(st, req, &f, out, reply, err);
}

/* /changes, like `kduel changes`. */
int page_api_changes(struct store *st, const struct page_request *req, FILE *out,
		     struct page_reply *reply, struct err *err)
{
	bool all = *query__get_or(req->query, "all", "");
	struct history_filter f;
	_cleanup_(history__freep) struct history *h = NULL;
	int ret;

	page__history_filter(req->query, &f);
	ret = page__history(st, req, &f, &h, err);
	if (ret)
		return ret;
	if (api__format(req, reply) == API_CSV)
		put_changes(h, all, out);
	else
		json__print(history_json__changes(h, all), out);
	return 0;
}
