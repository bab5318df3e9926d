// SPDX-License-Identifier: GPL-2.0-only
/* overview.c - the start page: was last night good, and if not, what changed? */
#include "reports/history/index.h"
#include "reports/web/cache.h"
#include "reports/charts/history.h"
#include "reports/pages/change.h"
#include "reports/pages/context.h"
#include "reports/pages/schedule.h"
#include "reports/pages/table.h"
#include "reports/report/words.h"
#include "reports/report/outcome.h"

#define OPEN_MAX 8 /* changes listed here: the rest has its own page */
#define SPARKS_MAX 24
#define NIGHTS 14 /* campaigns of a plan shown as cells */
#define AGAIN 3 /* number of campaigns that make a plan a recurring one */
#define ROWS 12 /* recurring plans shown with their nights */
#define OTHERS 5 /* single campaigns listed with their findings */
#define LISTED 50 /* campaigns listed by date: the rest has its own page */
#define NO_ROW UINT32_MAX
#define MOVED 6 /* rows per verdict that are named: the campaign's page has all */

/* The primary rows of a block with verdict `v`: the first few by name, the others as a link. */
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

	_free_ char *plain = xasprintf("%s against %s", r->variants[b->candidate].label,
				       report_block__against(r, b));

	if (*b->title && !streq(b->title, plain))
		html__fmt(h, "<h3>%s</h3>\n", b->title);
	html__fmt(h, "<p>%s: ", plain);
	piece__counts(h, b->primary);
	html__put(h, " <span class=\"soft\">(primary metrics)</span></p>\n<ul>\n");
	put_moved(h, req, r, block, VERDICT_REGRESSION);
	put_moved(h, req, r, block, VERDICT_IMPROVEMENT);
	html__put(h, "</ul>\n");
}

/* The word of headline.h expressed for the whole campaign. The word only covers the primary metrics
 * of the first comparison; add what got worse elsewhere. */
static const char *in_words(const struct headline *line, const struct report *r)
{
	bool better = streq(line->word, "better"), same = streq(line->word, "same");
	struct outcome o;

	if (!r)
		return "nothing to compare";
	if (r->unfit)
		return "boots did not repeat";
	o = report__outcome(r);
	if (o.failures)
		return "boots fail";
	if ((better || same) && o.primary[VERDICT_REGRESSION])
		return better ? "better, but worse in another comparison" :
				"worse in another comparison than the first";
	if ((better || same) && o.worse)
		return better ? "better, but secondary metrics got worse" :
				"only secondary metrics got worse";
	if (better)
		return line->undecided ? "better, not all is decided" : "better, nothing got worse";
	return streq(line->word, "worse") ? "something got worse" :
	       streq(line->word, "mixed") ? "some got better, some worse" :
	       same			  ? "nothing got worse" :
					    "not all is decided";
}

/* The findings of one campaign, in a box whose edge shows how it went. */
static int put_hero(struct store *st, struct html *h, const struct page_request *req,
		    const struct campaign_line *l, const char *kicker, struct err *err)
{
	_cleanup_(cached_report__putp) const struct cached_report *k = NULL;
	_cleanup_(headline__release) struct headline line = { 0 };
	int ret = page__report(st, req, l->c->uuid, NULL, &k, err);

	if (ret)
		return ret;
	headline__make(k->r, &line);
	html__fmt(h, "<section class=\"hero %s\"><p class=\"kicker\">%s</p><h2>", line.word,
		  kicker);
	piece__link(h, link__to(req, "campaign", k->c->uuid, NULL), l->c->name);
	html__fmt(h, ": %s%s</h2>\n<p class=\"soft\">",
		  streq(k->c->state, "running") ? "running, so far " : "", in_words(&line, k->r));
	piece__date(h, l->date_ns);
	html__fmt(h, ", %s on %s, %s", k->c->target, k->c->host, k->c->state);
	if (*campaign_line__tag(l, "commit")) {
		html__put(h, "; commit ");
		piece__commit(h, req, campaign_line__tag(l, "commit"));
		html__fmt(h, " %s", campaign_line__tag(l, "subject"));
	}
	html__put(h, "</p>\n");
	if (k->r)
		piece__finding(h, k->r);
	if (k->r)
		context__failed(h, req, k->r);
	for (size_t i = 0; k->r && i < k->r->n_blocks; i++)
		put_block(h, req, k->r, i);
	html__put(h, "</section>\n");
	return 0;
}

/* Campaigns of one plan on one machine, newest first. */
struct series_row {
	const struct campaign_line *v[NIGHTS];
	size_t n, n_all; /* n_all: also those beyond NIGHTS */
};

struct series_rows {
	struct series_row *v; /* room for one per campaign */
	size_t n;
	/* Row of each campaign; NO_ROW for A/A runs, which are about the machine, not the
	 * kernel. */
	uint32_t *of;
};

static void series_rows__release(struct series_rows *r)
{
	free(r->v);
	free(r->of);
}

/* Group campaigns into rows, ordered by their newest campaign. */
static void find_rows(const struct campaign_list *list, struct series_rows *r)
{
	_cleanup_(names__release) struct names names = { 0 };

	*r = (struct series_rows){ .v = xcalloc(list->n + 1, sizeof(*r->v)),
				   .of = xcalloc(list->n + 1, sizeof(*r->of)) };
	for (size_t i = 0; i < list->n; i++) {
		const struct campaign_line *l = &list->v[i];
		_free_ char *name = NULL;
		struct series_row *row;

		r->of[i] = NO_ROW;
		if (campaign_line__is_aa(l))
			continue;
		name = xasprintf("%s\t%s", l->c->plan, l->machine);
		r->of[i] = names__add(&names, name);
		r->n = names.n;
		row = &r->v[r->of[i]];
		if (row->n < NIGHTS)
			row->v[row->n++] = l;
		row->n_all++;
	}
}

static bool is_again_and_again(const struct series_row *row)
{
	return row->n_all >= AGAIN;
}

/* A mark for each word, for users who cannot see the colours. */
static const char *mark_of(const char *word)
{
	return streq(word, "worse")  ? "\xe2\x96\xbc" :
	       streq(word, "mixed")  ? "\xe2\x97\x86" :
	       streq(word, "better") ? "\xe2\x96\xb2" :
	       streq(word, "same")   ? "=" :
	       streq(word, "open")   ? "?" :
				       "\xc2\xb7";
}

static const char *class_of(const char *word)
{
	return streq(word, "mixed") ? "open" : word;
}

static void put_word(struct html *h, const struct headline *line)
{
	html__fmt(h, "<span class=\"v %s\"><span aria-hidden=\"true\">%s</span> %s</span>",
		  class_of(line->word), mark_of(line->word),
		  streq(line->word, "open")  ? "undecided" :
		  streq(line->word, "same")  ? "no change" :
		  streq(line->word, "mixed") ? "better and worse" :
					       line->word);
}

/* The last nights as cells, oldest first. */
static int put_cells(struct store *st, struct html *h, const struct page_request *req,
		     const struct series_row *row, struct err *err)
{
	html__put(h, "<p class=\"cells\">");
	for (size_t i = row->n; i-- > 0;) {
		const struct campaign_line *l = row->v[i];
		_cleanup_(headline__release) struct headline line = { 0 };
		_free_ char *url = link__to(req, "campaign", l->c->uuid, NULL);
		_free_ char *date = words__date(l->date_ns);
		int ret = page__headline(st, req, l->c, &line, err);

		if (ret)
			return ret;
		html__fmt(h,
			  "<a class=\"cell %s\" href=\"%s\" aria-label=\"%s: %s\" title=\"%s: %s\">%s</a>",
			  class_of(line.word), url, date, line.word, date, line.text,
			  mark_of(line.word));
	}
	html__put(h, "</p>\n");
	return 0;
}

static int put_series(struct store *st, struct html *h, const struct page_request *req,
		      const struct series_row *row, struct err *err)
{
	const struct campaign_line *l = row->v[0];
	_cleanup_(headline__release) struct headline line = { 0 };
	int ret = page__headline(st, req, l->c, &line, err);

	if (ret)
		return ret;
	html__put(h, "<li class=\"card\"><h3>");
	piece__link(h, link__to(req, "campaign", l->c->uuid, NULL), l->c->plan);
	html__fmt(h, " <small>on %.*s, %.12s</small></h3>\n<p>", (int)strcspn(l->c->host, ":"),
		  l->c->host, l->machine);
	put_word(h, &line);
	html__put(h, " ");
	piece__date(h, l->date_ns);
	if (l->c->n_failed)
		html__fmt(h, " <span class=\"v worse\">%u of %u boots failed</span>",
			  l->c->n_failed, l->c->n_done);
	html__put(h, "</p>\n<p>");
	piece__prose(h, line.text);
	html__put(h, "</p>\n");
	ret = put_cells(st, h, req, row, err);
	html__fmt(h, "<p class=\"soft\">%zu campaign%s</p></li>\n", row->n_all,
		  plural_s(row->n_all));
	return ret;
}

/* A row in the table of other campaigns. */
static int put_campaign(struct store *st, struct html *h, const struct page_request *req,
			const struct campaign_line *l, struct err *err)
{
	const struct campaign_brief *c = l->c;
	_cleanup_(headline__release) struct headline line = { 0 };
	int ret = page__headline(st, req, c, &line, err);

	if (ret)
		return ret;
	html__put(h, "<tr><th scope=\"row\">");
	piece__link(h, link__to(req, "campaign", c->uuid, NULL), c->name);
	html__fmt(h, " <span class=\"soft\">%.8s</span></th><td>", c->uuid);
	piece__date(h, l->date_ns);
	html__put(h, "</td><td>");
	put_word(h, &line);
	if (!streq(c->state, "finished"))
		html__put(h, " <span class=\"soft\">provisional: </span>");
	html__put(h, "</td><td>");
	piece__prose(h, line.text);
	html__fmt(h, "</td><td>%s</td><td class=\"n\">%u of %u%s%.0u%s</td></tr>\n", c->state,
		  c->n_done, c->n_slots, c->n_failed ? ", " : "", c->n_failed,
		  c->n_failed ? " failed" : "");
	return 0;
}

/* Campaigns that do not belong to a recurring plan: single comparisons, A/A. */
static int put_others(struct store *st, struct html *h, const struct page_request *req,
		      const struct campaign_list *list, const struct series_rows *rows,
		      struct err *err)
{
	size_t n = 0;
	int ret = 0;

	for (size_t i = 0; !ret && i < list->n; i++) {
		bool again = rows->of[i] != NO_ROW && is_again_and_again(&rows->v[rows->of[i]]);

		if (again || n++ >= OTHERS)
			continue;
		if (n == 1) {
			html__put(h, "<h2>Single campaigns</h2>\n");
			piece__table_begin(h, "Campaigns",
					   STRINGS("Campaign", "Date", "Found", "", "State",
						   "#Boots"));
		}
		ret = put_campaign(st, h, req, &list->v[i], err);
	}
	if (n)
		piece__table_end(h);
	if (n > OTHERS)
		html__fmt(h, "<p class=\"note\">The newest %d of %zu.</p>\n", OTHERS, n);
	return ret;
}

/* The newest campaigns by date, one line each. */
static void put_all(struct html *h, const struct page_request *req,
		    const struct campaign_list *list)
{
	const size_t n = list->n < LISTED ? list->n : LISTED;

	html__fmt(h, "<details><summary>%s %zu campaigns</summary><ul>\n",
		  n == list->n ? "All" : "The newest", n);
	for (size_t i = 0; i < n; i++) {
		const struct campaign_brief *c = list->v[i].c;

		html__put(h, "<li>");
		piece__date(h, list->v[i].date_ns);
		html__put(h, " ");
		piece__link(h, link__to(req, "campaign", c->uuid, NULL), c->name);
		html__fmt(h, " <span class=\"soft\">%.8s, %s</span></li>\n", c->uuid, c->state);
	}
	html__put(h, "</ul></details>\n<p>");
	piece__link(h, link__to(req, "campaigns", NULL), "All campaigns");
	html__fmt(h, " (%zu)</p>\n", list->n);
}

/* The campaign in the box: the newest of a recurring plan, else of any plan; A/A only if there is
 * nothing else. */
static const struct campaign_line *hero_of(const struct campaign_list *list,
					   const struct series_rows *rows, const char **kicker)
{
	*kicker = "Latest night";
	for (size_t i = 0; i < rows->n; i++)
		if (is_again_and_again(&rows->v[i]))
			return rows->v[i].v[0];
	*kicker = rows->n ? "Latest comparison" : "Latest campaign";
	return rows->n ? rows->v[0].v[0] : &list->v[0];
}

/* The progress of running campaigns. */
static int put_running(struct store *st, struct html *h, const struct page_request *req,
		       const struct campaign_list *list, bool *any, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < list->n; i++) {
		_cleanup_(campaign__freep) struct campaign *c = NULL;
		_free_ char *text = NULL;

		if (!streq(list->v[i].c->state, "running"))
			continue;
		*any = true;
		ret = store__load(st, list->v[i].c->uuid, &c, err);
		if (ret)
			break;
		text = schedule__progress(c);
		html__put(h, "<p class=\"caution\">Running: ");
		piece__link(h, link__to(req, "campaign", c->uuid, NULL), c->name);
		html__fmt(h, ", %s.</p>\n", text);
	}
	return ret;
}

/* The top of the page: findings of the last nights, by plan and machine. */
static int put_morning(struct store *st, struct html *h, const struct page_request *req,
		       const struct campaign_list *list, bool *running, struct err *err)
{
	size_t shown = 0;
	_cleanup_(series_rows__release) struct series_rows rows;
	const struct campaign_line *hero;
	const char *kicker;
	int ret;

	find_rows(list, &rows);
	hero = hero_of(list, &rows, &kicker);
	ret = put_running(st, h, req, list, running, err);
	if (!ret)
		ret = put_hero(st, h, req, hero, kicker, err);
	for (size_t i = 0; !ret && i < rows.n && shown < ROWS; i++) {
		if (!is_again_and_again(&rows.v[i]))
			continue;
		html__put(h, shown++ ? "" : "<h2>Last nights</h2>\n<ul class=\"cards nights\">\n");
		ret = put_series(st, h, req, &rows.v[i], err);
	}
	html__put(h, shown ? "</ul>\n" : "");
	return ret ? ret : put_others(st, h, req, list, &rows, err);
}

/* --- over time --- */

/* Changes of level that are still open, newest first. */
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

/* Machines by their key, a hash of everything that could affect a measurement; the parameter
 * "machine" of a history accepts a prefix. */
static void put_machines(struct html *h, const struct history *hist)
{
	const struct strvec *machines = &hist->index->machines;

	html__fmt(h, "<h2>Machines</h2>\n<p>%zu: ", machines->n);
	for (size_t i = 0; i < machines->n; i++)
		html__fmt(h, "%s<code>%.16s</code>", i ? ", " : "", machines->v[i]);
	html__put(h, "</p>\n");
}

/* A metric of one variant on one machine as a sparkline with its latest value. */
static void put_spark(struct html *h, const struct page_request *req,
		      const struct history_stream *s)
{
	const struct history_point *last = &s->points[s->n_points - 1];
	_free_ char *url = changes__history_url(req, s);

	html__fmt(h,
		  "<tr><th scope=\"row\"><a href=\"%s\">%s/<wbr>%s</a><br><small>%s; plan %s; %.12s</small></th>"
		  "<td>",
		  url, s->workload, s->name, s->variant, s->plan, s->machine);
	svg__spark(h, s);
	html__fmt(h, "</td><td class=\"n\">%.6g %s</td><td class=\"n\">%zu</td><td>", last->value,
		  s->unit, s->n_points);
	piece__basis(h, s->basis);
	html__put(h, "</td></tr>\n");
}

/* The first few primary metrics with a history; the others are behind the link. */
static void put_sparks(struct html *h, const struct page_request *req, const struct history *hist)
{
	const struct history_index *x = hist->index;
	size_t n = x->n_primary < SPARKS_MAX ? x->n_primary : SPARKS_MAX;

	if (!n)
		return;
	html__put(h, "<h2>Primary metrics over time</h2>\n");
	piece__cards_begin(h, "Metrics",
			   STRINGS("Metric", "Last campaigns", "#Now", "#Campaigns", "Basis"));
	/* Those whose level changed come first, as they are what one looks for. */
	for (size_t i = 0; i < n; i++)
		put_spark(h, req, x->primary[i].s);
	piece__table_end(h);
	html__put(h, "<p>");
	piece__link(h, link__to(req, "metrics", NULL), "All metrics");
	html__fmt(h, " (%zu of %zu primary ones are shown here)</p>\n", n, x->n_primary);
}

/* / */
int page_overview(struct store *st, const struct page_request *req, FILE *out,
		  struct page_reply *reply __unused, struct err *err)
{
	const struct campaign_filter all = { .by_date = true };
	_cleanup_(campaign_list__release) struct campaign_list list = { 0 };
	_cleanup_(history__freep) struct history *hist = NULL;
	_cleanup_(html__release) struct html h = { 0 }, body = { 0 };
	bool running = false;
	int ret = page__campaigns(st, req, &all, &list, err);

	if (ret)
		return ret;
	if (!list.n)
		html__put(&body,
			  "<p class=\"lead\">There are no campaigns yet. <code>kduel run PLAN</code> "
			  "makes one.</p>\n");
	else
		ret = put_morning(st, &body, req, &list, &running, err);
	/* This reads all metrics of all campaigns, but once for many pages: the history is
	 * cached. */
	if (!ret && list.n)
		ret = page__history(st, req, &(struct history_filter){ 0 }, &hist, err);
	if (ret)
		return ret;
	if (hist) {
		put_open(&body, req, hist);
		put_sparks(&body, req, hist);
		put_machines(&body, hist);
		put_all(&body, req, &list);
	}
	frame__begin(&h, req, FRAME(.title = "Overview", .here = "Overview", .refreshes = running));
	html__append(&h, &body);
	frame__end(&h, req, out);
	return 0;
}
