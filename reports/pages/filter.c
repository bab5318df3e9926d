// SPDX-License-Identifier: GPL-2.0-only
/* filter.c - the form that selects the rows of a comparison. */
#include "reports/pages/filter.h"

static void put_option(struct html *h, const char *value, const char *label, const char *now)
{
	html__fmt(h, "<option value=\"%s\"", value);
	html__put(h, streq(value, now) ? " selected" : "");
	html__fmt(h, ">%s</option>", label);
}

/* The values of `kduel compare --only`. */
static void put_only(struct html *h, const char *now)
{
	static const char *const words[][2] = {
		{ "", "everything" },
		{ "changes", "better or worse" },
		{ "regressions", "worse" },
		{ "improvements", "better" },
		{ "small", "small: below margin" },
		{ "inconclusive", "inconclusive" },
		{ "verdicts", "all with a verdict" },
	};

	html__put(h, "<label>Verdict<select name=\"only\">");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		put_option(h, words[i][0], words[i][1], now);
	html__put(h, "</select></label>");
}

/* Workloads with rows in some table of the page. */
static void put_workloads(struct html *h, const struct report *r, const char *now)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };

	for (size_t i = 0; i < r->n_blocks; i++)
		for (size_t k = 0; k < r->blocks[i].n_rows; k++)
			strvec__push(&names, r->blocks[i].rows[k].workload);
	strvec__sort_unique(&names);
	html__put(h, "<label>Workload<select name=\"workload\">");
	put_option(h, "", "all", now);
	for (size_t i = 0; i < names.n; i++)
		put_option(h, names.v[i], names.v[i], now);
	html__put(h, "</select></label>");
}

/* Bases with rows in some table of the page, in the order of the enum. */
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

void filter__form(struct html *h, const struct page_request *req, const struct report *r)
{
	const struct query *q = req->query;

	/* In a static copy only the script can filter, so it has to unhide the form. */
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
	/* Keep the two sides, if they are in the query rather than in the path. */
	for (size_t i = 0; i < q->n; i++)
		if (streq(q->items[i].key, "candidate") || streq(q->items[i].key, "baseline"))
			html__fmt(h, "<input type=\"hidden\" name=\"%s\" value=\"%s\">",
				  q->items[i].key, q->items[i].value);
	html__put(h, "<button>Show</button></form>\n");
}

void filter__campaigns(struct html *h, const struct query *q)
{
	static const char *const fields[][3] = {
		{ "search", "Search", "any words" },
		{ "plan", "Plan", "name" },
		{ "machine", "Machine", "name or key" },
		{ "kernel", "Kernel", "6.18" },
		{ "tag", "Tag", "branch=next" },
		{ "from", "From", "2026-01-31" },
		{ "to", "To", "2026-12-31" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		html__fmt(h,
			  "<label>%s<input name=\"%s\" size=\"12\" placeholder=\"%s\" value=\"%s\">"
			  "</label>",
			  fields[i][1], fields[i][0], fields[i][2],
			  query__get_or(q, fields[i][0], ""));
	html__put(h, "<button>Search</button>");
}
