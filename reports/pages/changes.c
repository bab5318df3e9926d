// SPDX-License-Identifier: GPL-2.0-only
/* changes.c - the page of level changes on all machines, with their state and notes. */
#include "reports/pages/change.h"
#include "reports/web/cache.h"

#define CHANGES_MAX 100 /* rows per page, of 1300 to 1700 bytes each */

/* The filters of `kduel changes`; works without the script. */
static void put_form(struct html *h, const struct query *q)
{
	static const char *const fields[][2] = { { "workload", "Workload" },
						 { "variant", "Variant" },
						 { "plan", "Plan" },
						 { "machine", "Machine" },
						 { "reference", "As ratio to" } };

	html__put(h, "<form class=\"filters\" method=\"get\">");
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		html__fmt(h, "<label>%s<input name=\"%s\" size=\"12\" value=\"%s\"></label>",
			  fields[i][1], fields[i][0], query__get_or(q, fields[i][0], ""));
	html__fmt(h,
		  "<label class=\"check\"><input type=\"checkbox\" name=\"all\" value=\"1\"%s>dismissed, "
		  "expected, fixed and restarts as well</label><button>Show</button></form>\n",
		  *query__get_or(q, "all", "") ? " checked" : "");
}

static void put_list(struct html *h, const struct page_request *req, const struct history *hist)
{
	_free_ struct listed_change *list = NULL;
	size_t n = history_changes__list(hist, *query__get_or(req->query, "all", ""), &list);

	html__fmt(h, "<p class=\"lead\">%zu change%s of level in %zu series of values.</p>\n", n,
		  plural_s(n), hist->n_streams);
	if (n)
		changes__put(h, req, list, n < CHANGES_MAX ? n : CHANGES_MAX);
	if (n > CHANGES_MAX)
		html__fmt(h,
			  "<p class=\"caution\">The newest %d are listed; ask for a workload, "
			  "variant, plan or machine to see others.</p>\n",
			  CHANGES_MAX);
	if (hist->n_orphans)
		html__fmt(h,
			  "<p class=\"note\">%zu notes are about changes that are no longer "
			  "found.</p>\n",
			  hist->n_orphans);
}

/* /changes */
int page_changes(struct store *st, const struct page_request *req, FILE *out,
		 struct page_reply *reply __unused, struct err *err)
{
	const struct query *q = req->query;
	struct history_filter f;
	struct html h = { 0 };
	_cleanup_(history__freep) struct history *hist = NULL;
	int ret;

	page__history_filter(q, &f);
	ret = page__history(st, req, &f, &hist, err);
	if (ret)
		return ret;
	frame__begin(
		&h, req,
		FRAME(.title = "Changes", .here = "Changes",
		      .about =
			      "Provisional until an A/B comparison of the commits at both ends confirms it."));
	if (!req->static_site)
		put_form(&h, q);
	put_list(&h, req, hist);
	if (!req->static_site)
		html__fmt(&h,
			  "<p class=\"note\">Feeds for readers: <a href=\"%sfeed/changes.xml\">changes"
			  "</a>, <a href=\"%sfeed/nights.xml\">nights</a>.</p>\n",
			  req->root, req->root);
	html__put(&h,
		  "<p class=\"note\">To classify a change: <code>kduel changes --confirm|--dismiss|"
		  "--expected|--fixed|--note TEXT|--assign NAME|--bug URL ID</code>.</p>\n");
	frame__end(&h, req, out);
	return 0;
}
