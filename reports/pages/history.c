// SPDX-License-Identifier: GPL-2.0-only
/* history.c - the history of one metric over campaigns. */
#include "lib/clock.h"
#include "lib/units.h"
#include "reports/pages/change.h"
#include "reports/report/words.h"
#include "reports/stats/stats.h"
#include "reports/charts/history.h"
#include "reports/web/cache.h"

#include <math.h>

#define POINTS_MAX 500 /* per chart: more would make the page too slow */
#define TABLE_MAX 40

struct history_page {
	const struct page_request *req;
	char *workload, *source, *metric;
	struct history *all; /* every stream of the metric */
	struct listed_stream *fit; /* owned: those that match the query, the longest first */
	size_t n_fit;
	const struct history_stream *shown[SVG_SERIES]; /* the first few of them */
	size_t n_shown;
	double from_ns, to_ns;
};

/* For the page of a single series the path has the values; else the query. */
static const char *asked(const struct history_page *p, const char *key)
{
	static const char *const in_path[] = { NULL, "plan", "machine", "variant" };

	for (size_t i = 1; i < p->req->args.n && i < ARRAY_SIZE(in_path); i++)
		if (streq(in_path[i], key))
			return p->req->args.v[i];
	return query__get_or(p->req->query, key, "");
}

/* Does a series match the path or query? */
static bool fits(const struct history_page *p, const struct history_stream *s)
{
	return streq(s->source, p->source) &&
	       (!*asked(p, "variant") || streq(asked(p, "variant"), s->variant)) &&
	       (!*asked(p, "plan") || streq(asked(p, "plan"), s->plan)) &&
	       (!*asked(p, "machine") || tag__is_machine(s->machine, asked(p, "machine")));
}

/* Parse a date from the query to ns since the epoch; NAN if it is not given. */
static int read_time(const struct history_page *p, const char *key, double *ns, struct err *err)
{
	const char *text = asked(p, key);
	uint64_t t;

	*ns = NAN;
	if (!*text)
		return 0;
	if (tag__date(text, &t))
		return err__set(err, -EINVAL,
				"%s: expected a date such as 2026-11-21 or "
				"2026-11-21T05:40:00Z, found \"%.40s\"",
				key, text);
	*ns = (double)t;
	return 0;
}

/* The earliest date such that all series together have at most POINTS_MAX points from then on; NAN
 * if no cut is needed. */
static double latest_part(const struct history_page *p)
{
	size_t each = POINTS_MAX / (p->n_shown ? p->n_shown : 1);
	double from = NAN, unused = NAN;

	for (size_t i = 0; i < p->n_shown; i++) {
		const struct history_stream *s = p->shown[i];

		if (s->n_points > each)
			stats__widen(&unused, &from, (double)s->points[s->n_points - each].date_ns);
	}
	return from;
}

/* If there are more series than colours, those with a long history matter more than those with a
 * single campaign. The key breaks ties, so that the order is stable. */
static int longest_first(const void *x, const void *y)
{
	const struct history_stream *a = ((const struct listed_stream *)x)->s;
	const struct history_stream *b = ((const struct listed_stream *)y)->s;

	if (a->n_points != b->n_points)
		return a->n_points > b->n_points ? -1 : 1;
	return strcmp(a->key, b->key);
}

/* Read the history and select what is shown. */
static int load(struct store *st, struct history_page *p, struct err *err)
{
	_free_ char *full = NULL;
	struct history_filter f = { 0 };
	int ret = link__read_metric(p->req->args.v[0], &p->workload, &p->source, &p->metric, err);

	if (!ret)
		ret = read_time(p, "from", &p->from_ns, err);
	if (!ret)
		ret = read_time(p, "to", &p->to_ns, err);
	if (ret)
		return ret;
	full = xasprintf("%s/%s", p->workload, p->metric);
	f.metric = full;
	f.reference = *asked(p, "reference") ? asked(p, "reference") : NULL;
	ret = page__history(st, p->req, &f, &p->all, err);
	for (size_t i = 0; !ret && i < p->all->n_streams; i++)
		if (fits(p, &p->all->streams[i]))
			APPEND(p->fit, p->n_fit)->s = &p->all->streams[i];
	if (p->n_fit)
		qsort(p->fit, p->n_fit, sizeof(*p->fit), longest_first);
	while (p->n_shown < SVG_SERIES && p->n_shown < p->n_fit) {
		p->shown[p->n_shown] = p->fit[p->n_shown].s;
		p->n_shown++;
	}
	if (!ret && isnan(p->from_ns))
		p->from_ns = latest_part(p);
	return ret;
}

/* The part of a stream's identity that a select box is about. */
typedef const char *field_fn(const struct history_stream *s);

static const char *variant_of(const struct history_stream *s)
{
	return s->variant;
}

static const char *plan_of(const struct history_stream *s)
{
	return s->plan;
}

static const char *machine_of(const struct history_stream *s)
{
	return s->machine;
}

/* Offers all values that occur, even those that leave no series in combination with the other
 * fields: that way the form can recover from an empty selection. */
static void put_select(struct html *h, const struct history_page *p, const char *name,
		       const char *label, field_fn *field)
{
	_cleanup_(strvec__release) struct strvec values = { 0 };

	for (size_t i = 0; i < p->all->n_streams; i++)
		strvec__push(&values, field(&p->all->streams[i]));
	strvec__sort_unique(&values);
	html__fmt(h, "<label>%s<select name=\"%s\"><option value=\"\">%s</option>", label, name,
		  field == variant_of && streq(name, "reference") ? "none" : "all");
	for (size_t i = 0; i < values.n; i++) {
		html__fmt(h, "<option value=\"%s\"", values.v[i]);
		html__put(h, streq(values.v[i], asked(p, name)) ? " selected" : "");
		html__fmt(h, ">%s</option>", values.v[i]);
	}
	html__put(h, "</select></label>");
}

static void put_form(struct html *h, const struct history_page *p)
{
	_free_ char *all = link__to(p->req, "history", p->req->args.v[0], NULL);

	html__fmt(h, "<form class=\"filters\" method=\"get\" action=\"%s\">", all);
	put_select(h, p, "variant", "Variant", variant_of);
	put_select(h, p, "plan", "Plan", plan_of);
	put_select(h, p, "machine", "Machine", machine_of);
	put_select(h, p, "reference", "As ratio to", variant_of);
	html__fmt(h,
		  "<label>From<input name=\"from\" size=\"11\" placeholder=\"2026-01-31\" value=\"%s\">"
		  "</label><label>To<input name=\"to\" size=\"11\" placeholder=\"2026-12-31\" "
		  "value=\"%s\"></label>",
		  asked(p, "from"), asked(p, "to"));
	html__fmt(h,
		  "<label class=\"check\"><input type=\"checkbox\" name=\"log\" value=\"1\"%s>logarithmic"
		  "</label><button>Show</button></form>\n",
		  *asked(p, "log") ? " checked" : "");
}

/* svg__history() numbers marks the same way: series i has shape and colour i. */
static void put_legend(struct html *h, const struct history_page *p)
{
	html__put(h, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < p->n_shown; i++) {
		const struct history_stream *s = p->shown[i];

		html__put(h, "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\">");
		svg__mark(h, i, 6, 6, 4, false);
		svg__mark_end(h);
		html__fmt(h,
			  "</svg>%s <span class=\"soft\">%s on %.12s, %zu campaign%s, %s</span></li>\n",
			  s->variant, s->plan, s->machine, s->n_points, plural_s(s->n_points),
			  metric__basis_name(s->basis));
	}
	html__put(h, "</ul>\n");
}

/* link__with() drops one key at a time, so drop "from" first and then "to". */
static void put_zoom_links(struct html *h, const struct history_page *p)
{
	if (*asked(p, "from") || *asked(p, "to")) {
		_free_ char *query = query__encode_with(p->req->query, "from", NULL);
		_cleanup_(query__release) struct query q = { 0 };
		struct page_request req = *p->req;

		if (!query__parse(&q, query, strlen(query), NULL)) {
			req.query = &q;
			html__put(h, "<p>");
			piece__link(h, link__with(&req, "to", NULL), "All dates");
			html__put(h, "</p>\n");
		}
	} else if (!isnan(p->from_ns)) {
		_free_ char *date = words__date(units__whole(p->from_ns));

		html__fmt(h,
			  "<p class=\"note\">Points before %s are not drawn; give dates to see "
			  "them.</p>\n",
			  date);
	}
}

static char *point_url(const void *arg, const struct history_point *p)
{
	return link__to(arg, "campaign", p->campaign, NULL);
}

static void put_chart(struct html *h, const struct history_page *p)
{
	_free_ char *title = xasprintf("%s/%s over time, %zu series", p->workload, p->metric,
				       p->n_shown);
	const struct history_view view = { .streams = p->shown,
					   .n = p->n_shown,
					   .title = title,
					   .url = point_url,
					   .arg = p->req,
					   .from_ns = p->from_ns,
					   .to_ns = p->to_ns,
					   .log = *asked(p, "log") };

	html__put(h, "<figure>");
	piece__newest_begin(h, "Chart of the history");
	svg__history(h, &view);
	html__put(h, "</div>\n");
	put_legend(h, p);
	html__put(h,
		  "<figcaption>A point is a campaign: geometric mean over its boots with 95 % "
		  "limits; it leads to the campaign. Upright lines: changes of level with their size; dashed until they are "
		  "confirmed. Drag across the chart to zoom.</figcaption></figure>\n");
	put_zoom_links(h, p);
	if (p->n_fit > p->n_shown)
		html__fmt(h,
			  "<p class=\"caution\">%zu of %zu series are drawn: choose a variant, plan "
			  "or machine to see others.</p>\n",
			  p->n_shown, p->n_fit);
}

static void put_changes(struct html *h, const struct history_page *p)
{
	struct listed_change list[POINTS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < p->n_shown; i++)
		for (size_t k = 0; k < p->shown[i]->n_changes && n < POINTS_MAX; k++)
			list[n++] = (struct listed_change){ p->shown[i], &p->shown[i]->changes[k] };
	html__put(h, "<h2>Changes of level</h2>\n");
	if (n)
		changes__put(h, p->req, list, n);
	else
		html__fmt(h,
			  "<p>None found. They are searched for once there are %zu campaigns, but "
			  "not in times under emulation.</p>\n",
			  changepoint__defaults.min_nights);
}

static void put_point(struct html *h, const struct history_page *p, const struct history_stream *s,
		      const struct history_point *pt)
{
	html__put(h, "<tr><td>");
	piece__date(h, pt->date_ns);
	html__put(h, "</td><td>");
	_free_ char *id = xstrndup(pt->campaign, 8);

	piece__link(h, link__to(p->req, "campaign", pt->campaign, NULL), id);
	html__put(h, "</td><td>");
	piece__commit(h, p->req, *pt->commit ? pt->commit : "-");
	html__fmt(h,
		  "</td><td>%s</td><td class=\"n\">%.6g</td><td class=\"n\">[%.6g, %.6g]</td>"
		  "<td class=\"n\">%u</td></tr>\n",
		  s->variant, pt->value, pt->lo, pt->hi, pt->n);
}

/* The newest points as a table, for users who cannot see charts and for copying; the CSV has all of
 * them. */
static void put_points(struct html *h, const struct history_page *p)
{
	size_t each = p->n_shown ? TABLE_MAX / p->n_shown : 0;
	_free_ char *value = xasprintf("#%s", p->n_shown ? p->shown[0]->unit : "value");

	html__fmt(h,
		  "<h2>Figures</h2>\n<details><summary>The newest %zu of each series as a table"
		  "</summary>",
		  each);
	piece__table_begin(h, "Figures",
			   STRINGS("Date", "Campaign", "Commit", "Variant", value, "#95 % CI",
				   "#Boots"));
	for (size_t i = 0; i < p->n_shown; i++) {
		const struct history_stream *s = p->shown[i];

		for (size_t k = 0; k < each && k < s->n_points; k++)
			put_point(h, p, s, &s->points[s->n_points - 1 - k]);
	}
	piece__table_end(h);
	html__put(h, "</details>\n");
	for (size_t i = 0; i < p->n_shown; i++) {
		const struct history_stream *s = p->shown[i];
		_free_ char *drift = words__drift(s->share, s->slope, s->n_slope);

		if (s->drifts)
			html__fmt(h, "<p class=\"note\">%s %s.</p>\n", s->variant, drift);
	}
}

/* For a single series: what it is, according to its newest campaign, and the way back to all
 * series. */
static void put_series(struct html *h, const struct history_page *p)
{
	const struct history_stream *s = p->n_shown ? p->shown[0] : NULL;
	const struct history_point *last = s ? &s->points[s->n_points - 1] : NULL;

	if (!s || p->req->args.n < 2)
		return;
	html__fmt(h,
		  "<dl class=\"facts context\">\n<dt>Variant</dt><dd>%s</dd>\n<dt>Plan</dt><dd>%s</dd>\n"
		  "<dt>Machine</dt><dd>%s</dd>\n<dt>Newest</dt><dd>",
		  s->variant, s->plan, s->machine);
	html__fmt(h, "%.6g %s, campaign ", last->value, s->unit);
	piece__link(h, link__to(p->req, "campaign", last->campaign, NULL), s->plan);
	html__put(h, " of ");
	piece__date(h, last->date_ns);
	if (*last->commit) {
		html__put(h, ", commit ");
		piece__commit(h, p->req, last->commit);
	}
	html__put(h, "</dd></dl>\n<p>");
	piece__link(h, link__to(p->req, "history", p->req->args.v[0], NULL),
		    "All series of this metric");
	html__put(h, "</p>\n");
}

/* Links to each series alone: the page of the metric only draws the longest few. */
static void put_all_series(struct html *h, const struct history_page *p)
{
	if (p->n_fit < 2)
		return;
	html__fmt(h, "<details><summary>Each of the %zu series by itself</summary><ul>\n",
		  p->n_fit);
	for (size_t i = 0; i < p->n_fit; i++) {
		const struct history_stream *s = p->fit[i].s;
		_free_ char *text = xasprintf("%s, %s on %s", s->variant, s->plan, s->machine);

		html__put(h, "<li>");
		piece__link(h, changes__history_url(p->req, s), text);
		html__fmt(h, " <span class=\"soft\">%zu campaign%s</span></li>\n", s->n_points,
			  plural_s(s->n_points));
	}
	html__put(h, "</ul></details>\n");
}

/* The whole page. Unit, direction and basis are taken from the first series. */
static void put_page(struct html *h, const struct history_page *p)
{
	_free_ char *title = xasprintf("%s/%s", p->workload, p->metric);
	const struct history_stream *s = p->n_shown ? p->shown[0] : NULL;
	_free_ char *about = s ? xasprintf("%s, %s is better, %s", s->unit,
					   metric__better_name(s->metric.better),
					   metric__basis_name(s->basis)) :
				 NULL;

	frame__begin(h, p->req,
		     FRAME(.title = title, .kicker = "History", .here = "Metrics", .about = about));
	put_series(h, p);
	html__put(h, "<p>");
	piece__link(h, link__to(p->req, "metric", p->req->args.v[0], NULL), "About this metric");
	html__put(h, "</p>\n");
	if (!p->req->static_site)
		put_form(h, p);
	if (!p->n_shown) {
		html__put(h, "<p class=\"lead\">No campaign has matching values.</p>\n");
		return;
	}
	put_chart(h, p);
	put_all_series(h, p);
	put_changes(h, p);
	put_points(h, p);
}

/* /history/WORKLOAD.SOURCE.METRIC. With a reference, no series may be left: then keep the form
 * instead of a 404. */
int page_history(struct store *st, const struct page_request *req, FILE *out,
		 struct page_reply *reply __unused, struct err *err)
{
	struct history_page p = { .req = req };
	struct html h = { 0 };
	int ret = load(st, &p, err);

	if (!ret && !p.all->n_streams && !*asked(&p, "reference"))
		ret = err__set(err, -ENOENT, "no campaign has values of %.200s", req->args.v[0]);
	if (!ret) {
		put_page(&h, &p);
		frame__end(&h, req, out);
	}
	free(p.workload);
	free(p.source);
	free(p.metric);
	free(p.fit);
	history__free(p.all);
	return ret;
}
