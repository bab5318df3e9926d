// SPDX-License-Identifier: GPL-2.0-only
/* metrics.c - the list of all metrics ever measured, and what each of them means. */
#include "collectors/collector.h"
#include "reports/history/history.h"
#include "reports/web/frame.h"
#include "reports/report/words.h"
#include "reports/charts/history.h"
#include "workloads/workload.h"
#include "reports/web/cache.h"

static bool same_metric(const struct history_stream *a, const struct history_stream *b)
{
	return streq(a->workload, b->workload) && streq(a->source, b->source) &&
	       streq(a->name, b->name);
}

static int by_metric(const void *x, const void *y)
{
	const struct history_stream *a = ((const struct listed_stream *)x)->s;
	const struct history_stream *b = ((const struct listed_stream *)y)->s;
	int c = strcmp(a->workload, b->workload);

	if (!c)
		c = strcmp(a->source, b->source);
	if (!c)
		c = strcmp(a->name, b->name);
	/* The longest history first: it represents the metric. */
	return c ? c : (a->n_points < b->n_points) - (a->n_points > b->n_points);
}

static void put_metric(struct html *h, const struct page_request *req,
		       const struct history_stream *s, size_t n)
{
	_free_ char *key = link__metric(s->workload, s->source, s->name);
	_free_ char *url = link__to(req, "history", key, NULL);

	html__fmt(h,
		  "<tr><th scope=\"row\"><a href=\"%s\">%s/<wbr>%s</a><br><small>%s, %s is better%s</small>"
		  "</th><td>",
		  url, s->workload, s->name, s->unit, metric__better_name(s->metric.better),
		  s->metric.primary ? "" : "; secondary");
	if (s->n_points > 1)
		svg__spark(h, s);
	html__fmt(h, "</td><td class=\"n\">%zu</td><td>%s</td><td>", n, s->source);
	piece__basis(h, s->basis);
	html__put(h, "</td><td>");
	piece__link(h, link__to(req, "metric", key, NULL), "about");
	html__put(h, "</td></tr>\n");
}

/* One row per metric; its series are adjacent in `list`, and n counts them. */
static void put_all(struct html *h, const struct page_request *req, const struct history *hist)
{
	_free_ struct listed_stream *list = xcalloc(hist->n_streams + 1, sizeof(*list));

	for (size_t i = 0; i < hist->n_streams; i++)
		list[i].s = &hist->streams[i];
	qsort(list, hist->n_streams, sizeof(*list), by_metric);
	piece__table_begin(h, "Metrics",
			   STRINGS("Metric", "Longest history", "#Series", "Source", "Basis", ""));
	for (size_t i = 0, n; i < hist->n_streams; i += n) {
		for (n = 1; i + n < hist->n_streams && same_metric(list[i].s, list[i + n].s); n++)
			;
		put_metric(h, req, list[i].s, n);
	}
	piece__table_end(h);
}

/* /metrics */
int page_metrics(struct store *st, const struct page_request *req, FILE *out,
		 struct page_reply *reply __unused, struct err *err)
{
	const struct history_filter all = { 0 };
	struct html h = { 0 };
	_cleanup_(history__freep) struct history *hist = NULL;
	int ret = page__history(st, req, &all, &hist, err);

	if (ret)
		return ret;
	frame__begin(&h, req,
		     FRAME(.title = "Metrics", .here = "Metrics",
			   .about = "Each leads to its history; a series is a variant of a plan on a "
				    "machine."));
	if (hist->n_streams)
		put_all(&h, req, hist);
	else
		html__put(&h, "<p class=\"lead\">Nothing has been measured yet.</p>\n");
	frame__end(&h, req, out);
	return 0;
}

/* Describe the plug-in that provides the metric, and end the list of facts. Returns the metric's
 * definition, or NULL: an old database may have metrics of plug-ins that no longer exist. */
static const struct metric *put_source(struct html *h, const char *source, const char *name)
{
	const struct workload *wl = workload__find(source);
	const struct collector *col = wl ? NULL : collector__find(source);
	const struct metric *table = wl ? wl->metrics : col ? col->metrics : NULL;
	const struct param *p = wl ? wl->params : col ? col->params : NULL;

	if (wl || col) {
		piece__fact(h, wl ? "workload" : "collector", "%s, version %u: %s", source,
			    wl ? wl->version : col->version, wl ? wl->summary : col->summary);
		html__put(h, "</dl>\n");
		if (p && p->name) { /* a list ends with an entry without a name */
			html__put(h, "<h2>Parameters</h2>\n<dl class=\"facts\">\n");
			for (; p->name; p++)
				piece__fact(h, p->name, "%s%s%s%s", p->help ? p->help : "",
					    *p->def ? " (default " : "", p->def,
					    *p->def ? ")" : "");
			html__put(h, "</dl>\n");
		}
		return table ? metric__find(table, name) : NULL;
	}
	piece__fact(h, "source", "%s, which is unknown to this kduel", source);
	html__put(h, "</dl>\n");
	return NULL;
}

/* Unit, margin and direction are those in the database, which the verdicts were based on, rather
 * than those of this program's plug-in. */
static void put_definition(struct html *h, const struct history_stream *s)
{
	_free_ char *margin = words__margin(&s->metric);
	const struct history_point *last = &s->points[s->n_points - 1];

	piece__fact(h, "unit", "%s", s->unit);
	piece__fact(h, "direction", "%s is better", metric__better_name(s->metric.better));
	piece__fact(h, "family", "%s",
		    s->metric.primary ? "primary: tested together with the other primary ones" :
					"secondary: a family of its own");
	piece__fact(h, "margin", "%s: a difference below it does not matter", margin);
	piece__fact(h, "taken", "%s",
		    s->metric.per_boot ? "once per boot" :
					 "once per iteration; a boot counts with their median");
	if (s->metric.resolution > 0)
		piece__fact(h, "resolution", "%.6g %s", s->metric.resolution, s->unit);
	piece__fact(h, "basis", "%s: %s", metric__basis_name(s->basis), basis__meaning(s->basis));
	piece__fact(h, "version", "%u of %s in the newest campaign", last->version, s->source);
}

/* The A/A noise of the metric on each machine where it was measured. Linear metrics, where values
 * <= 0 occur, have a deviation in their unit; all others a relative one. */
static int put_noise(struct store *st, struct html *h, const char *workload, const char *source,
		     const char *metric, struct err *err)
{
	struct noise *list;
	size_t n;
	int ret = store__noise(st, "", &list, &n, err);

	for (size_t i = 0; !ret && i < n; i++) {
		const struct noise *v = &list[i];

		if (streq(v->workload, workload) && streq(v->source, source) &&
		    streq(v->metric, metric))
			html__fmt(h,
				  "<p>A/A noise on machine <code>%.12s</code>: %.3g %s between boots."
				  "</p>\n",
				  v->machine, v->linear ? v->sd_boot : 100 * v->sd_boot,
				  v->linear ? v->unit : "%");
	}
	noise__free(list, n);
	return ret;
}

struct wanted {
	char *workload, *source, *metric;
};

/* Facts are collected in `h` first: the frame before them needs the help text, which put_source()
 * finds. */
static int put_about(struct store *st, const struct page_request *req, const struct wanted *w,
		     const struct history *hist, FILE *out, struct err *err)
{
	const struct history_stream *s = NULL;
	_free_ char *title = xasprintf("%s/%s", w->workload, w->metric);
	const struct metric *def;
	struct html h = { 0 }, top = { 0 };
	int ret;

	/* Streams of a metric may differ, for example in basis; the last one in the list represents
	 * all of them. */
	for (size_t i = 0; i < hist->n_streams; i++)
		if (streq(hist->streams[i].source, w->source))
			s = &hist->streams[i];
	if (!s)
		return err__set(err, -ENOENT, "no campaign has values of %.200s", req->args.v[0]);
	html__put(&h, "<dl class=\"facts\">\n");
	put_definition(&h, s);
	def = put_source(&h, w->source, w->metric);
	frame__begin(&top, req,
		     FRAME(.title = title, .kicker = "About a metric", .here = "Metrics",
			   .about = def ? def->help : NULL));
	html__append(&top, &h);
	ret = put_noise(st, &top, w->workload, w->source, w->metric, err);
	html__put(&top, "<p>");
	piece__link(&top, link__to(req, "history", req->args.v[0], NULL), "History of this metric");
	html__put(&top, "</p>\n");
	if (!ret)
		frame__end(&top, req, out);
	html__release(&top);
	return ret;
}

/* /metric/WORKLOAD.SOURCE.METRIC */
int page_metric(struct store *st, const struct page_request *req, FILE *out,
		struct page_reply *reply __unused, struct err *err)
{
	struct wanted w = { 0 };
	_cleanup_(history__freep) struct history *hist = NULL;
	_free_ char *full = NULL;
	int ret = link__read_metric(req->args.v[0], &w.workload, &w.source, &w.metric, err);

	if (!ret) {
		full = xasprintf("%s/%s", w.workload, w.metric);
		ret = page__history(st, req, &(struct history_filter){ .metric = full }, &hist,
				    err);
	}
	if (!ret)
		ret = put_about(st, req, &w, hist, out, err);
	free(w.workload);
	free(w.source);
	free(w.metric);
	return ret;
}
