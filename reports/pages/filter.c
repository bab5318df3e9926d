// SPDX-License-Identifier: GPL-2.0-only
/* filter.c - which rows of the tables of a page are shown, in which order; and what is said
 * above and below them. */
#include "reports/pages/table.h"
#include "reports/render/notes.h"

#include <math.h>

#define WIDE 100000 /* one line of text a note */

/* Which of a query's words mean something to a filter. */
static int read_filter(const struct query *q, struct report_filter *f, struct err *err)
{
	const char *sort = query__get_or(q, "sort", "severity");
	int ret = 0;

	if (streq(sort, "change"))
		f->sort = SORT_CHANGE;
	else if (streq(sort, "p"))
		f->sort = SORT_P;
	else
		ret = report_filter__sort(f, sort, err);
	f->primary = *query__get_or(q, "primary", "");
	for (size_t i = 0; !ret && i < q->n; i++) {
		const char *key = q->items[i].key, *value = q->items[i].value;

		if (!*value)
			continue;
		if (streq(key, "only"))
			ret = report_filter__only(f, value, err);
		else if (streq(key, "basis"))
			ret = report_filter__basis(f, value, err);
		else if (streq(key, "workload"))
			strvec__push(&f->workloads, value);
		else if (streq(key, "metric"))
			strvec__push(&f->metrics, value);
	}
	/* As in the formats for people: whoever asks for certain rows wants them. */
	f->fold = !*query__get_or(q, "all", "") && !f->only && !f->bases && !f->metrics.n;
	return ret;
}

int table__view(const struct report *r, const struct query *q, bool may_fold, struct report_view *v,
		struct err *err)
{
	/* A command line is mistyped; a field of a form is on its way to what is meant. */
	struct report_filter f = { .may_miss = true };
	int ret = read_filter(q, &f, err);

	f.fold &= may_fold;
	*v = (struct report_view){ 0 };
	if (!ret)
		ret = report_view__make(r, &f, v, err);
	report_filter__release(&f);
	return ret;
}

static void put_option(struct html *h, const char *value, const char *label, const char *now)
{
	html__fmt(h, "<option value=\"%s\"", value);
	html__put(h, streq(value, now) ? " selected" : "");
	html__fmt(h, ">%s</option>", label);
}

static void put_only(struct html *h, const char *now)
{
	static const char *const words[][2] = {
		{ "", "everything" },
		{ "changes", "better or worse" },
		{ "regressions", "worse" },
		{ "improvements", "better" },
		{ "inconclusive", "inconclusive" },
		{ "verdicts", "all with a verdict" },
	};

	html__put(h, "<label>Verdict<select name=\"only\">");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		put_option(h, words[i][0], words[i][1], now);
	html__put(h, "</select></label>");
}

static struct strvec workloads_of(const struct report *r)
{
	struct strvec names = { 0 };

	for (size_t i = 0; i < r->n_blocks; i++)
		for (size_t k = 0; k < r->blocks[i].n_rows; k++)
			strvec__push(&names, r->blocks[i].rows[k].workload);
	strvec__sort_unique(&names);
	return names;
}

static void put_workloads(struct html *h, const struct report *r, const char *now)
{
	struct strvec names = workloads_of(r);

	html__put(h, "<label>Workload<select name=\"workload\">");
	put_option(h, "", "all", now);
	for (size_t i = 0; i < names.n; i++)
		put_option(h, names.v[i], names.v[i], now);
	html__put(h, "</select></label>");
	strvec__release(&names);
}

static void put_bases(struct html *h, const struct report *r, const char *now)
{
	bool seen[BASIS_MAX] = { false };

	for (size_t i = 0; i < r->n_blocks; i++)
		for (size_t k = 0; k < r->blocks[i].n_rows; k++)
			seen[r->blocks[i].rows[k].basis] = true;
	html__put(h, "<label>Basis<select name=\"basis\">");
	put_option(h, "", "any", now);
	for (int b = 0; b < BASIS_MAX; b++)
		if (seen[b])
			put_option(h, metric__basis_name((enum metric_basis)b),
				   metric__basis_name((enum metric_basis)b), now);
	html__put(h, "</select></label>");
}

static void put_check(struct html *h, const char *name, const char *label, const struct query *q)
{
	html__fmt(h, "<label class=\"check\"><input type=\"checkbox\" name=\"%s\" value=\"1\"",
		  name);
	html__put(h, *query__get_or(q, name, "") ? " checked" : "");
	html__fmt(h, ">%s</label>", label);
}

void table__filters(struct html *h, const struct page_request *req, const struct report *r)
{
	const struct query *q = req->query;

	/* Without a server it takes the script, which shows the form. */
	html__fmt(h, "<form class=\"filters rows\" method=\"get\"%s>",
		  req->static_site ? " hidden" : "");
	put_only(h, query__get_or(q, "only", ""));
	put_workloads(h, r, query__get_or(q, "workload", ""));
	put_bases(h, r, query__get_or(q, "basis", ""));
	html__fmt(h,
		  "<label>Metric (* is anything)<input type=\"search\" name=\"metric\" size=\"16\" "
		  "value=\"%s\"></label>",
		  query__get_or(q, "metric", ""));
	put_check(h, "primary", "primary only", q);
	put_check(h, "all", "unchanged secondary ones, too", q);
	if (*query__get_or(q, "sort", ""))
		html__fmt(h, "<input type=\"hidden\" name=\"sort\" value=\"%s\">",
			  query__get(q, "sort"));
	/* The two sides, where they are part of the query. */
	for (size_t i = 0; i < q->n; i++)
		if (streq(q->items[i].key, "candidate") || streq(q->items[i].key, "baseline"))
			html__fmt(h, "<input type=\"hidden\" name=\"%s\" value=\"%s\">",
				  q->items[i].key, q->items[i].value);
	html__put(h, "<button>Show</button></form>\n");
}

typedef void write_fn(const struct report_view *v, const struct view_block *b, FILE *out);

/* The lines a renderer for text writes, as paragraphs. */
static void put_lines(struct html *h, const struct report_view *v, const struct view_block *b,
		      write_fn *write, const char *class)
{
	_free_ char *text = NULL;
	size_t len;
	FILE *mem = open_memstream(&text, &len);

	if (!mem)
		abort(); /* as every allocation */
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
	notes__summary(v->r, b->b, WIDE, out);
}

static void write_below(const struct report_view *v __unused, const struct view_block *b, FILE *out)
{
	notes__below(b, WIDE, out);
}

static void write_legend(const struct report_view *v, const struct view_block *b __unused,
			 FILE *out)
{
	notes__legend(v, WIDE, false, out);
}

void table__summary(struct html *h, const struct report_view *v, size_t block)
{
	put_lines(h, v, &v->blocks[block], write_summary, "lead");
}

static void put_config(struct html *h, const struct report_block *b)
{
	if (b->config_untold)
		html__put(h,
			  "<p class=\"note\">The kernels' configurations differ; their texts were "
			  "not stored.</p>\n");
	if (!b->n_config)
		return;
	html__fmt(h,
		  "<details class=\"config\"><summary>%zu symbol%s of the kernels' configurations "
		  "differ%s</summary>\n<table><thead><tr><th>Symbol</th><th>Candidate</th>"
		  "<th>Baseline</th></tr></thead><tbody>\n",
		  b->n_config, b->n_config == 1 ? "" : "s", b->n_config == 1 ? "s" : "");
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
	html__put(h, "<details><summary>What the words mean</summary>\n");
	put_lines(h, v, NULL, write_legend, "note");
	html__put(h, "</details>\n");
}
