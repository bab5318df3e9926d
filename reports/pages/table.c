// SPDX-License-Identifier: GPL-2.0-only
/* table.c - a comparison as a table, with notes above and below. */
#include "reports/pages/table.h"
#include "reports/pages/row.h"
#include "reports/pages/change.h"
#include "reports/pages/recent.h"
#include "reports/render/notes.h"
#include "reports/report/words.h"
#include "reports/charts/forest.h"
#include "reports/charts/history.h"

#include <math.h>

/* With more rows than this on a page, hidden rows are left out and the script asks the server for
 * them; with fewer it filters and sorts in place. */
#define ROWS_HIDDEN 200

/* With more rows than this, unchanged ones get no sparkline. */
#define ROWS_RECENT 100

static char *row_key(const struct report_row *row)
{
	return link__metric(row->workload, row->source, row->metric->name);
}

char *block_place__row(const struct page_request *req, const struct block_place *at,
		       const struct report_row *row)
{
	_free_ char *key = row_key(row);
	char n[24];

	if (!at->campaign)
		return link__to(req, "compare", at->candidate, at->baseline, key, NULL);
	snprintf(n, sizeof(n), "%zu", at->n);
	return link__to(req, "campaign", at->campaign, "row", n, key, NULL);
}

/* A column head that sorts. It is a link, so that it works without the script; `fixed` tables have
 * a single order. kduel.css styles cells by column, as a class on each of hundreds of cells would
 * bloat the page. */
static void put_order(struct html *h, const struct page_request *req, bool fixed, const char *key,
		      const char *label, const char *class)
{
	_free_ char *url = link__with(req, "sort", key);
	const char *now = query__get_or(req->query, "sort", "severity");

	if (fixed) {
		html__fmt(h, "<th scope=\"col\" class=\"%s\">%s</th>", class, label);
		return;
	}
	html__fmt(h, "<th scope=\"col\" class=\"%s\"", class);
	html__put(h, streq(now, key) ? " aria-sort=\"other\"" : "");
	html__fmt(h, "><a href=\"%s\" data-sort=\"%s\">%s</a></th>", url, key, label);
}

/* The head of the column "Basis", with a tooltip that explains those that occur in the table. */
static void put_basis_head(struct html *h, const struct report_block *b)
{
	bool seen[BASIS_MAX] = { false };
	const char *sep = "";

	for (size_t i = 0; i < b->n_rows; i++)
		seen[b->rows[i].basis] = true;
	html__put(h, "<th scope=\"col\" data-of=\"basis\"><span title=\"");
	for (enum metric_basis i = 0; i < BASIS_MAX; i++)
		if (seen[i]) {
			html__fmt(h, "%s%s: %s", sep, metric__basis_name(i), basis__meaning(i));
			sep = "; ";
		}
	html__put(h, "\">Basis</span></th>");
}

/* The table head. A 2x2 has two more columns for the simple effects of both factors; "Recent"
 * exists only if some row has such values. The script and tests/web/dashboard.mjs find cells by
 * data-of in the head. */
static void put_columns(struct html *h, const struct page_request *req, bool fixed,
			const struct report *r, const struct report_block *b, bool recent,
			const struct forest *forest)
{
	html__put(h, "<thead><tr>");
	put_order(h, req, fixed, "name", "Metric", "");
	put_order(h, req, fixed, "severity", "Verdict", "");
	put_order(h, req, fixed, "change", "Change", "n");
	html__put(h,
		  "<th scope=\"col\"><span title=\"The change and its limits against the margin, "
		  "which is shaded\">worse \xe2\x86\x90 \xe2\x86\x92 better</span>");
	svg__forest_scale(h, forest);
	html__put(h, "</th><th scope=\"col\" class=\"n\">95 % CI</th>");
	if (b->factorial)
		html__fmt(h,
			  "<th scope=\"col\" class=\"n\">%s</th><th scope=\"col\" class=\"n\">%s</th>",
			  b->effects[EFFECT_FIRST_WITHOUT], b->effects[EFFECT_SECOND_WITHOUT]);
	html__fmt(h,
		  "<th scope=\"col\" class=\"n\" data-of=\"baseline\">%s</th>"
		  "<th scope=\"col\" class=\"n\" data-of=\"candidate\">%s</th>",
		  report_block__against(r, b), r->variants[b->candidate].label);
	put_order(h, req, fixed, "p", "p adj", "n");
	html__put(h, "<th scope=\"col\" class=\"n\">Boots</th>");
	put_basis_head(h, b);
	if (recent)
		html__fmt(h,
			  "<th scope=\"col\"><span title=\"%s in the last campaigns of this plan on "
			  "this machine, up to this one\">Recent</span></th>",
			  r->variants[b->candidate].label);
	html__put(h, "</tr></thead>\n");
}

/* Metric, unit and direction, linked to the page of the row. "multiplexed": the counter was on the
 * PMU for only part of the time, and was scaled up. */
static void put_name(struct html *h, const struct page_request *req, const struct block_place *at,
		     const struct report_row *row)
{
	_free_ char *url = block_place__row(req, at, row);

	html__fmt(h,
		  "<th scope=\"row\"><a class=\"open\" href=\"%s\">%s/<wbr>%s</a><br><small>%s, %s is "
		  "better%s%s</small></th>",
		  url, row->workload, row->metric->name, row->metric->unit,
		  metric__better_name(row->metric->better),
		  row->metric->primary ? "" : "; secondary",
		  row->muxed_a || row->muxed_b ? "; multiplexed" : "");
}

/* A cell with the simple effect of one factor. */
static void put_simple(struct html *h, const struct report_row *row, enum factorial_effect e)
{
	_free_ char *change = row->simple ? words__change(&row->simple[e]) : xstrdup("-");

	html__fmt(h, "<td>%s</td>", change);
}

/* Verdict, change, interval and both sides. */
static void put_figures(struct html *h, const struct report_block *b, const struct report_row *row,
			const struct forest *forest)
{
	const struct judgement *j = &row->j;
	_free_ char *pct = words__change(j), *ci = words__ci(j), *p = words__p(j->padj);
	_free_ char *base = words__value(j, j->a, false), *cand = words__value(j, j->b, false);
	const char *class = j->verdict == VERDICT_REGRESSION  ? " class=\"worse\"" :
			    j->verdict == VERDICT_IMPROVEMENT ? " class=\"better\"" :
								"";

	html__put(h, "<td>");
	piece__verdict(h, row);
	html__put(h, "</td><td");
	html__put(h, class);
	html__fmt(h, ">%s</td><td>", pct);
	if (j->verdict != VERDICT_NONE)
		svg__forest(h, j, row->metric->better, forest);
	html__fmt(h, "</td><td>%s</td>", j->verdict == VERDICT_NONE ? "-" : ci);
	if (b->factorial) {
		put_simple(h, row, EFFECT_FIRST_WITHOUT);
		put_simple(h, row, EFFECT_SECOND_WITHOUT);
	}
	html__fmt(h,
		  "<td>%s</td><td>%s</td><td>%s</td><td>%zu\xe2\x80\xaf+\xe2\x80\xaf%zu</td>"
		  "<td class=\"basis\">%s</td>",
		  base, cand, p, row->n_a, row->n_b, metric__basis_name(row->basis));
}

/* Which rows get a sparkline besides those that changed: all primary ones, and all that are shown,
 * each only if there are at most ROWS_RECENT. */
struct lines {
	bool primary, shown;
};

static struct lines lines_of(const struct view_block *vb)
{
	size_t n_primary = 0;

	for (size_t i = 0; i < vb->b->n_rows; i++)
		n_primary += vb->b->rows[i].metric->primary;
	return (struct lines){ n_primary <= ROWS_RECENT, vb->n_rows <= ROWS_RECENT };
}

static bool has_line(struct lines lines, const struct report_row *row, bool shown)
{
	enum verdict v = row->j.verdict;

	return v == VERDICT_REGRESSION || v == VERDICT_IMPROVEMENT ||
	       (lines.primary && row->metric->primary) || (lines.shown && shown);
}

/* A sparkline of the last campaigns, linked to the whole history. */
static void put_recent(struct html *h, const struct page_request *req, const struct recent *recent,
		       const struct report_row *row, bool wanted)
{
	double v[RECENT_CAMPAIGNS];
	size_t n = wanted ? recent__values(recent, row, v) : 0;
	const struct history_stream *s = n ? recent__stream(recent, row) : NULL;
	_free_ char *url = s ? changes__history_url(req, s) : NULL;

	html__put(h, "<td>");
	if (n) {
		html__fmt(h, "<a href=\"%s\" aria-label=\"History of %s/%s\">", url, row->workload,
			  row->metric->name);
		svg__spark_line(h, v, n);
		html__put(h, "</a>");
	}
	html__put(h, "</td>");
}

/* The widest row determines the scale of all charts in the table, so that they are comparable. */
static double reach_of(const struct report_block *b)
{
	double reach = NAN;

	for (size_t i = 0; i < b->n_rows; i++)
		if (b->rows[i].j.verdict != VERDICT_NONE)
			reach = fmax(reach, svg__forest_reach(&b->rows[i].j));
	return isnan(reach) ? 1 : reach;
}

/* Attributes that the script needs for sorting and filtering beyond the cells' text. Numbers have
 * 17 digits, so that it decides as the server does; missing ones are left out. */
static void open_row(struct html *h, const struct report_row *row, bool shown, bool open)
{
	_free_ char *key = row_key(row);
	double change = judgement__effect(&row->j).at;

	html__fmt(h, "<tr data-row=\"%s\" data-verdict=\"%s\"", key, verdict__name(row->j.verdict));
	html__put(h, row->metric->primary ? " data-primary" : "");
	if (!isnan(change))
		html__fmt(h, " data-change=\"%.17g\"", change);
	if (!isnan(row->j.padj))
		html__fmt(h, " data-p=\"%.17g\"", row->j.padj);
	html__put(h, open ? " class=\"opened\"" : "");
	html__put(h, shown ? ">" : " hidden>");
}

/* Leave hidden rows out of the page? Never in static files, which have no server to ask. */
static bool is_in_part(const struct page_request *req, const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_blocks; i++)
		n += r->blocks[i].n_rows;
	return !req->static_site && n > ROWS_HIDDEN;
}

/* All rows in the order of the view; those named in the query are opened. vb->rows is a subsequence
 * of vb->all, so a single pass over both tells which rows are shown. */
static int put_rows(struct store *st, struct html *h, const struct page_request *req,
		    const struct report_view *v, size_t block, const struct block_place *at,
		    const struct recent *recent, const struct forest *forest, struct err *err)
{
	const struct view_block *vb = &v->blocks[block];
	const struct report_block *b = vb->b;
	struct lines lines = lines_of(vb);
	bool lately = recent->several, in_part = at->fixed || is_in_part(req, v->r);
	size_t n_shown = 0;
	int ret = 0;

	for (size_t i = 0; !ret && i < b->n_rows; i++) {
		const struct report_row *row = vb->all[i];
		/* In vb->rows, shown rows have the same order. */
		bool shown = n_shown < vb->n_rows && vb->rows[n_shown] == row;
		_free_ char *key = row_key(row);
		bool open = query__has(req->query, "open", key);

		n_shown += shown;
		if (in_part && !shown)
			continue;
		open_row(h, row, shown, open);
		put_name(h, req, at, row);
		put_figures(h, b, row, forest);
		if (lately)
			put_recent(h, req, recent, row, has_line(lines, row, shown));
		html__put(h, "</tr>\n");
		if (!open || !shown)
			continue;
		html__fmt(h, "<tr class=\"detail\"><td colspan=\"%d\">",
			  (b->factorial ? 12 : 10) + lately);
		ret = row__put(st, h, req, v->r, block, row, false, err);
		html__put(h, "</td></tr>\n");
	}
	return ret;
}

int table__put(struct store *st, struct html *h, const struct page_request *req,
	       const struct report_view *v, size_t block, const struct block_place *at,
	       struct err *err)
{
	const struct report *r = v->r;
	const struct report_block *b = &r->blocks[block];
	struct forest forest = { .reach = reach_of(b), .id = (unsigned int)block };
	_cleanup_(recent__release) struct recent recent = { 0 };
	int ret = at->fixed ? 0 : recent__load(st, req, r, b, &recent, err);

	piece__region_begin(h, "Verdicts");
	html__put(h, "<table class=\"verdicts\"");
	html__put(h, is_in_part(req, r) ? " data-part>\n" : ">\n");
	put_columns(h, req, at->fixed, r, b, recent.several, &forest);
	html__put(h, "<tbody>\n");
	if (!ret)
		ret = put_rows(st, h, req, v, block, at, &recent, &forest, err);
	piece__table_end(h);
	return ret;
}

#define ONE_LINE 100000 /* wide enough not to wrap any note */

/* Writes the notes of a block, one per line, as in the text formats. */
typedef void write_fn(const struct report_view *v, const struct view_block *b, FILE *out);

/* The lines from a text renderer, as paragraphs. */
static void put_lines(struct html *h, const struct report_view *v, const struct view_block *b,
		      write_fn *write, const char *class)
{
	_free_ char *text = NULL;
	size_t len;
	FILE *mem = xmemstream(&text, &len);

	write(v, b, mem);
	fclose(mem);
	for (const char *p = text + strspn(text, " \n"); *p; p += strspn(p, " \n")) {
		size_t n = strcspn(p, "\n");

		html__fmt(h, "<p class=\"%s\">%.*s</p>\n",
			  str_starts(p, "WORSE") ? "caution bad" : class, (int)n, p);
		p += n;
	}
}

static void write_summary(const struct report_view *v, const struct view_block *b, FILE *out)
{
	notes__summary(v->r, b->b, ONE_LINE, out);
}

static void write_below(const struct report_view *v __unused, const struct view_block *b, FILE *out)
{
	notes__below(b, ONE_LINE, out);
}

void table__summary(struct html *h, const struct report_view *v, size_t block)
{
	put_lines(h, v, &v->blocks[block], write_summary, "lead");
}

/* Kconfig symbols that differ between the kernels, if both configurations are stored. */
static void put_config(struct html *h, const struct report_block *b)
{
	if (b->config_unstored)
		html__put(h,
			  "<p class=\"note\">The kernels' configurations differ; their texts were "
			  "not stored.</p>\n");
	if (!b->n_config)
		return;
	html__fmt(h,
		  "<details class=\"config\"><summary>%zu symbol%s of the kernels' configurations "
		  "differ%s</summary>\n<table><thead><tr><th>Symbol</th><th>Candidate</th>"
		  "<th>Baseline</th></tr></thead><tbody>\n",
		  b->n_config, plural_s(b->n_config), b->n_config == 1 ? "s" : "");
	for (size_t i = 0; i < b->n_config; i++)
		html__fmt(h, "<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n", b->config[i].symbol,
			  b->config[i].candidate, b->config[i].baseline);
	html__put(h, "</tbody></table></details>\n");
}

void table__notes(struct html *h, const struct report_view *v, size_t block)
{
	const struct view_block *b = &v->blocks[block];
	size_t hidden = b->folded + b->filtered;

	html__put(h, "<p class=\"note\" data-hidden aria-live=\"polite\">");
	if (hidden)
		html__fmt(h, "%zu row%s not shown.", hidden, hidden == 1 ? " is" : "s are");
	html__put(h, "</p>\n");
	html__put(h, "<details><summary>Margins, undecided rows, what was left out</summary>\n");
	put_lines(h, v, b, write_below, "note");
	html__put(h, "</details>\n");
	put_config(h, b->b);
}

void table__legend(struct html *h, const struct report_view *v)
{
	struct strvec words = { 0 };

	html__put(h, "<details><summary>What the words mean</summary>\n");
	notes__words(v, false, &words);
	for (size_t i = 0; i < words.n; i++)
		html__fmt(h, "<p class=\"note\">%s</p>\n", words.v[i]);
	strvec__release(&words);
	html__put(h, "</details>\n");
}
