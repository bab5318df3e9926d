// SPDX-License-Identifier: GPL-2.0-only
/* filter.c - which rows of the tables of a page are shown, in which order; and what is said
 * above and below them. */
#include "reports/pages/table.h"
#include "reports/render/notes.h"

#include <math.h>

#define WIDE 100000 /* one line of text a note */

/* Rows of a report were put in an order by report_view__apply(); these come on top of it. */
static int by_change(const void *x, const void *y)
{
	const struct report_row *a = x, *b = y;
	double da = isnan(a->j.pct) ? -1 : fabs(a->j.pct);
	double db = isnan(b->j.pct) ? -1 : fabs(b->j.pct);

	return (da < db) - (da > db);
}

static int by_p(const void *x, const void *y)
{
	const struct report_row *a = x, *b = y;
	double pa = isnan(a->j.padj) ? 2 : a->j.padj, pb = isnan(b->j.padj) ? 2 : b->j.padj;

	return pa != pb ? (pa > pb) - (pa < pb) : by_change(x, y);
}

static void resort(struct report *r, const char *sort)
{
	for (size_t i = 0; i < r->n_blocks; i++) {
		struct report_block *b = &r->blocks[i];

		if (streq(sort, "change"))
			qsort(b->rows, b->n_rows, sizeof(*b->rows), by_change);
		else if (streq(sort, "p"))
			qsort(b->rows, b->n_rows, sizeof(*b->rows), by_p);
	}
}

/* Which of a query's words mean something to a filter. */
static int read_filter(const struct query *q, struct report_filter *f, struct err *err)
{
	const char *sort = query__get_or(q, "sort", "severity");
	bool extra = streq(sort, "change") || streq(sort, "p");
	int ret = report_filter__sort(f, extra ? "severity" : sort, err);

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

static void hide_all(struct report *r)
{
	for (size_t i = 0; i < r->n_blocks; i++) {
		struct report_block *b = &r->blocks[i];

		for (size_t k = 0; k < b->n_rows; k++)
			b->rows[k].shown = ROW_FILTERED;
		b->folded = b->folded_better = 0;
		b->filtered = (unsigned int)b->n_rows;
	}
}

int table__apply(struct report *r, const struct query *q, struct err *err)
{
	struct report_filter f = { 0 };
	int ret = read_filter(q, &f, err);

	if (!ret) {
		ret = report_view__apply(r, &f, err);
		/* A command line is mistyped; a field of a form is on its way to what is meant. */
		if (ret == -ENOENT) {
			hide_all(r);
			ret = 0;
		}
		resort(r, query__get_or(q, "sort", ""));
	}
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

typedef void write_fn(const struct report *r, const struct report_block *b, FILE *out);

/* The lines a renderer for text writes, as paragraphs. */
static void put_lines(struct html *h, const struct report *r, const struct report_block *b,
		      write_fn *write, const char *class)
{
	_free_ char *text = NULL;
	size_t len;
	FILE *mem = open_memstream(&text, &len);

	if (!mem)
		abort(); /* as every allocation */
	write(r, b, mem);
	fclose(mem);
	for (const char *p = text + strspn(text, " \n"); *p; p += strspn(p, " \n")) {
		size_t n = strcspn(p, "\n");

		html__fmt(h, "<p class=\"%s\">%.*s</p>\n",
			  str_starts(p, "WORSE") ? "caution bad" : class, (int)n, p);
		p += n;
	}
}

static void write_summary(const struct report *r, const struct report_block *b, FILE *out)
{
	notes__summary(r, b, WIDE, out);
}

static void write_below(const struct report *r __unused, const struct report_block *b, FILE *out)
{
	notes__below(b, WIDE, out);
}

static void write_legend(const struct report *r, const struct report_block *b __unused, FILE *out)
{
	notes__legend(r, WIDE, false, out);
}

void table__summary(struct html *h, const struct report *r, const struct report_block *b)
{
	put_lines(h, r, b, write_summary, "lead");
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

void table__notes(struct html *h, const struct report *r, const struct report_block *b)
{
	size_t hidden = b->folded + b->filtered;

	html__put(h, "<p class=\"note\" data-hidden aria-live=\"polite\">");
	if (hidden)
		html__fmt(h, "%zu row%s not shown.", hidden, hidden == 1 ? " is" : "s are");
	html__put(h, "</p>\n");
	html__put(h, "<details><summary>Margins, undecided rows, what was left out</summary>\n");
	put_lines(h, r, b, write_below, "note");
	html__put(h, "</details>\n");
	put_config(h, b);
}

void table__legend(struct html *h, const struct report *r)
{
	html__put(h, "<details><summary>What the words mean</summary>\n");
	put_lines(h, r, &r->blocks[0], write_legend, "note");
	html__put(h, "</details>\n");
}
