// SPDX-License-Identifier: GPL-2.0-only
/* overview.c - was last night good, and if not, what moved? */
#include "reports/history/changes.h"
#include "reports/web/cache.h"
#include "reports/charts/history.h"
#include "reports/pages/change.h"
#include "reports/pages/table.h"
#include "reports/report/words.h"
#include "reports/report/outcome.h"

#define OPEN_MAX 8 /* changes that are listed: the rest has a page of its own */
#define SPARKS_MAX 24
#define LATEST 5 /* campaigns that are listed with their verdicts */
#define MOVED 6 /* rows of a verdict that are named; the campaign's page has all */

/* The primary rows of a block with verdict `v`: the first few by name, the rest as a link. */
static void put_moved(struct html *h, const struct page_request *req, const struct report *r,
		      size_t block, enum verdict v)
{
	const struct report_block *b = &r->blocks[block];
	const struct block_place at = { .campaign = r->campaign->uuid, .n = block + 1 };
	size_t n = 0;

	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *row = &b->rows[i];
		_free_ char *url = NULL, *pct = words__change(&row->j), *ci = words__ci(&row->j);

		if (row->j.verdict != v || !row->metric->primary || n++ >= MOVED)
			continue;
		url = block_place__row(req, &at, row);
		html__put(h, "<li>");
		piece__verdict(h, row);
		html__fmt(h,
			  " <a href=\"%s\">%s/%s</a> %s <span class=\"soft\">%s, %s</span></li>\n",
			  url, row->workload, row->metric->name, pct, ci,
			  metric__basis_name(row->basis));
	}
	if (n > MOVED) {
		_free_ char *more = xasprintf("and %zu more", n - MOVED);

		html__put(h, "<li>");
		piece__link(h, link__to(req, "campaign", r->campaign->uuid, NULL), more);
		html__put(h, "</li>\n");
	}
}

/* A comparison of the latest campaign: counts, then what got worse, then what got better. */
static void put_block(struct html *h, const struct page_request *req, const struct report *r,
		      size_t block)
{
	const struct report_block *b = &r->blocks[block];

	if (b->title[0])
		html__fmt(h, "<h3>%s</h3>\n", b->title);
	html__fmt(h, "<p>%s against %s: ", r->variants[b->candidate].label,
		  report_block__against(r, b));
	piece__counts(h, b->primary);
	html__put(h, " <span class=\"soft\">(primary metrics)</span></p>\n<ul>\n");
	put_moved(h, req, r, block, VERDICT_REGRESSION);
	put_moved(h, req, r, block, VERDICT_IMPROVEMENT);
	html__put(h, "</ul>\n");
}

/* The latest campaign, in a box whose edge says how it went: green only where every primary row
 * is known not to have got worse. The words follow the exit code of kduel compare. */
static void put_hero(struct html *h, const struct page_request *req, const struct campaign *c,
		     const struct report *r)
{
	const struct outcome o = r ? report__outcome(r) : (struct outcome){ 0 };
	int code = r ? report__exit_code(r) : 0;
	bool fine = !code && !o.worse && o.decided_primary && !o.open_primary;
	const char *word = !r	     ? "nothing to compare" :
			   code == 3 ? "boots did not repeat" :
			   code == 1 ? "something got worse" :
			   code == 4 ? "too few boots to say" :
			   o.worse   ? "a secondary metric got worse" :
			   fine	     ? "nothing got worse" :
				       "not all is decided";

	html__fmt(h, "<section class=\"hero %s\"><p class=\"kicker\">Latest campaign</p><h2>",
		  code == 1 ? "worse" :
		  fine	    ? "better" :
			      "");
	piece__link(h, link__to(req, "campaign", c->uuid, NULL), c->name);
	html__fmt(h, ": %s</h2>\n<p class=\"soft\">", word);
	piece__date(h, c->created_ns);
	html__fmt(h, ", %s on %s, %s</p>\n", c->target, c->host, c->state);
	if (r)
		piece__finding(h, r);
	for (size_t i = 0; r && i < r->n_blocks; i++)
		put_block(h, req, r, i);
	html__put(h, "</section>\n");
}

/* A row of the table of latest campaigns. `r`: NULL when the plan compares nothing. */
static void put_campaign(struct html *h, const struct page_request *req, const struct campaign *c,
			 const struct report *r, const struct campaign_brief *brief)
{
	unsigned int count[VERDICT_MAX] = { 0 };

	html__put(h, "<tr><th scope=\"row\">");
	piece__link(h, link__to(req, "campaign", c->uuid, NULL), c->name);
	html__fmt(h, " <span class=\"soft\">%.8s</span></th><td>", c->uuid);
	piece__date(h, c->created_ns);
	html__fmt(h, "</td><td>%s</td><td>%s</td><td class=\"n\">%u of %u%s</td><td>", c->target,
		  c->state, brief->n_done, brief->n_slots, brief->n_failed ? ", " : "");
	if (brief->n_failed)
		html__fmt(h, "<span class=\"v worse\">%u failed</span>", brief->n_failed);
	html__put(h, "</td><td>");
	for (size_t i = 0; r && i < r->n_blocks; i++)
		for (int v = 0; v < VERDICT_MAX; v++)
			count[v] += r->blocks[i].count[v];
	if (r && report__is_provisional(r))
		html__put(h, "<span class=\"soft\">provisional:</span> ");
	if (r)
		piece__counts(h, count);
	html__put(h, "</td></tr>\n");
}

/* The box goes to `h` while the rows are made in `rows`: each report is opened once for both. */
static int put_latest(struct store *st, struct html *h, const struct page_request *req,
		      const struct campaign_brief *list, size_t n, struct err *err)
{
	_cleanup_(html__release) struct html rows = { 0 };
	int ret = 0;

	for (size_t i = 0; !ret && i < n && i < LATEST; i++) {
		_cleanup_(cached_report__putp) const struct cached_report *k = NULL;

		ret = page__report(st, req, list[i].uuid, NULL, &k, err);
		if (ret)
			break;
		if (!i)
			put_hero(h, req, k->c, k->r);
		put_campaign(&rows, req, k->c, k->r, &list[i]);
	}
	if (!ret) {
		html__put(h, "<h2>Latest campaigns</h2>\n");
		piece__table_begin(h, "Campaigns",
				   STRINGS("Campaign", "Started", "Target", "State", "#Boots", "",
					   "Verdicts, all metrics"));
		html__append(h, &rows);
		piece__table_end(h);
	}
	return ret;
}

/* --- over time --- */

/* Changes that nobody has dismissed, the newest first. */
static void put_open(struct html *h, const struct page_request *req, const struct history *hist)
{
	_free_ struct listed_change *list = NULL;
	size_t n = history_changes__list(hist, false, &list);

	html__fmt(h, "<h2>Open changes: %zu</h2>\n", n);
	if (!n) {
		html__put(h, "<p>No change of level is open.</p>\n");
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

/* Machines by their key, a hash of what could change a measurement; "machine=" of a history takes
 * the beginning of one. */
static void put_machines(struct html *h, const struct history *hist)
{
	_cleanup_(strvec__release) struct strvec machines = { 0 };

	for (size_t i = 0; i < hist->n_streams; i++)
		strvec__push(&machines, hist->streams[i].machine);
	strvec__sort_unique(&machines);
	html__fmt(h, "<h2>Machines</h2>\n<p>%zu: ", machines.n);
	for (size_t i = 0; i < machines.n; i++)
		html__fmt(h, "%s<code>%.16s</code>", i ? ", " : "", machines.v[i]);
	html__put(h, "</p>\n");
}

/* A metric of one variant on one machine, as a small line with its latest value. */
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

/* The first few primary metrics with a history; all others are behind the link. */
static void put_sparks(struct html *h, const struct page_request *req, const struct history *hist)
{
	size_t n = 0, shown = 0;

	for (size_t i = 0; i < hist->n_streams; i++)
		n += is_worth_a_line(&hist->streams[i]);
	if (!n)
		return;
	html__put(h, "<h2>Primary metrics over time</h2>\n");
	piece__table_begin(h, "Metrics",
			   STRINGS("Metric", "Last campaigns", "#Now", "#Campaigns", "Basis"));
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

/* All others: a line each, without their verdicts. */
static void put_older(struct html *h, const struct page_request *req,
		      const struct campaign_brief *list, size_t n)
{
	if (n <= LATEST)
		return;
	html__fmt(h, "<details><summary>%zu older campaigns</summary><ul>\n", n - LATEST);
	for (size_t i = LATEST; i < n; i++) {
		html__put(h, "<li>");
		piece__date(h, list[i].created_ns);
		html__put(h, " ");
		piece__link(h, link__to(req, "campaign", list[i].uuid, NULL), list[i].name);
		html__fmt(h, " <span class=\"soft\">%.8s, %s</span></li>\n", list[i].uuid,
			  list[i].state);
	}
	html__put(h, "</ul></details>\n");
}

/* / */
int page_overview(struct store *st, const struct page_request *req, FILE *out,
		  struct page_reply *reply __unused, struct err *err)
{
	struct campaign_brief *list = NULL;
	_cleanup_(history__freep) struct history *hist = NULL;
	_cleanup_(html__release) struct html h = { 0 };
	size_t n = 0;
	int ret = store__list(st, &list, &n, err);

	if (ret)
		return ret;
	frame__begin(&h, req, FRAME(.title = "Overview", .here = "Overview"));
	if (!n)
		html__put(&h,
			  "<p class=\"lead\">There are no campaigns yet. <code>kduel run PLAN</code> "
			  "makes one.</p>\n");
	else
		ret = put_latest(st, &h, req, list, n, err);
	/* All metrics of all campaigns are read here, once for many pages: the history is cached. */
	if (!ret && n)
		ret = page__history(st, req, &(struct history_filter){ 0 }, &hist, err);
	if (!ret) {
		if (hist) {
			put_open(&h, req, hist);
			put_sparks(&h, req, hist);
			put_machines(&h, hist);
		}
		put_older(&h, req, list, n);
		frame__end(&h, req, out);
	}
	campaign_brief__free(list, n);
	return ret;
}
