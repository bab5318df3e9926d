// SPDX-License-Identifier: GPL-2.0-only
#include "reports/pages/overview.h"
#include "reports/pages/change.h"
#include "reports/charts/history.h"
#include "reports/web/kept.h"

#define OPEN_MAX 8 /* changes that are listed: the rest has a page of its own */
#define SPARKS_MAX 24

static void put_open(struct html *h, const struct page_request *req, const struct history *hist)
{
	_free_ struct listed_change *list = NULL;
	size_t n = history_changes__list(hist, false, &list);

	html__fmt(h, "<h2>Open changes: %zu</h2>\n", n);
	if (!n) {
		html__put(h, "<p>No metric changed its level and waits for a word.</p>\n");
		return;
	}
	changes__put(h, req, list, n < OPEN_MAX ? n : OPEN_MAX);
	if (n > OPEN_MAX) {
		_free_ char *text = xasprintf("All %zu of them", n);

		html__put(h, "<p>");
		piece__link(h, link__to(req, "changes", NULL), text);
		html__put(h, "</p>\n");
	}
}

static void put_machines(struct html *h, const struct history *hist)
{
	struct strvec machines = { 0 };

	for (size_t i = 0; i < hist->n_streams; i++)
		strvec__push(&machines, hist->streams[i].machine);
	strvec__sort_unique(&machines);
	html__fmt(h, "<h2>Machines</h2>\n<p>%zu: ", machines.n);
	for (size_t i = 0; i < machines.n; i++)
		html__fmt(h, "%s<code>%.16s</code>", i ? ", " : "", machines.v[i]);
	html__put(h, "</p>\n");
	strvec__release(&machines);
}

static void put_spark(struct html *h, const struct page_request *req,
		      const struct history_stream *s)
{
	const struct history_point *last = &s->points[s->n_points - 1];
	_free_ char *url = changes__history_url(req, s);

	html__fmt(h,
		  "<tr><th scope=\"row\"><a href=\"%s\">%s/<wbr>%s</a><br><small>%s; plan %s</small></th>"
		  "<td>",
		  url, s->workload, s->name, s->variant, s->plan);
	svg__spark(h, s);
	html__fmt(h, "</td><td class=\"n\">%.6g %s</td><td class=\"n\">%zu</td><td>", last->value,
		  s->unit, s->n_points);
	piece__basis(h, s->basis);
	html__put(h, "</td></tr>\n");
}

static bool is_worth_a_line(const struct history_stream *s)
{
	return s->metric.primary && s->n_points > 1;
}

static void put_sparks(struct html *h, const struct page_request *req, const struct history *hist)
{
	static const char *const heads[] = { "Metric",	   "Last campaigns", "#Now",
					     "#Campaigns", "Basis",	     NULL };
	size_t n = 0, shown = 0;

	for (size_t i = 0; i < hist->n_streams; i++)
		n += is_worth_a_line(&hist->streams[i]);
	if (!n)
		return;
	html__put(h, "<h2>Primary metrics over time</h2>\n");
	piece__table_begin(h, "Metrics", heads);
	for (size_t i = 0; i < hist->n_streams && shown < SPARKS_MAX; i++) {
		if (!is_worth_a_line(&hist->streams[i]))
			continue;
		put_spark(h, req, &hist->streams[i]);
		shown++;
	}
	piece__table_end(h);
	html__put(h, "<p>");
	piece__link(h, link__to(req, "metrics", NULL), "All metrics");
	html__fmt(h, " (%zu of %zu primary ones are shown here)</p>\n", shown, n);
}

int overview__history(struct store *st, struct html *h, const struct page_request *req,
		      struct err *err)
{
	const struct history_filter all = { 0 };
	struct history *hist;
	int ret = page__history(st, req, &all, &hist, err);

	if (ret)
		return ret;
	put_open(h, req, hist);
	put_sparks(h, req, hist);
	put_machines(h, hist);
	history__free(hist);
	return 0;
}
