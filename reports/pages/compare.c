// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - any two variants side by side. */
#include "reports/pages/filter.h"
#include "reports/pages/table.h"
#include "reports/store/values.h"
#include "reports/web/cache.h"
#include "reports/web/rows.h"

#define CHOICES 40 /* campaigns that the form offers: more would not be found in a list */

/* A select box of all variants of these campaigns, the newest first. */
static void put_choices(struct html *h, const struct campaign_brief *campaigns, size_t n,
			const struct value_side *sides, size_t n_sides, const char *label,
			const char *name, const char *now)
{
	html__fmt(h,
		  "<label>%s<select name=\"%s\" required><option value=\"\">choose a variant</option>\n",
		  label, name);
	for (size_t i = 0; i < n && i < CHOICES; i++) {
		const struct campaign_brief *c = &campaigns[i];

		html__fmt(h, "<optgroup label=\"%s (%.8s)\">", c->name, c->uuid);
		for (size_t k = 0; k < n_sides; k++) {
			_free_ char *side = NULL;

			if (!streq(sides[k].uuid, c->uuid))
				continue;
			side = xasprintf("%s.%s", c->uuid, sides[k].name);
			html__fmt(h, "<option value=\"%s\"", side);
			html__put(h, streq(side, now) ? " selected" : "");
			html__fmt(h, ">%s</option>", sides[k].name);
		}
		html__put(h, "</optgroup>\n");
	}
	html__put(h, "</select></label>");
}

/* Both sides to choose from. Only the newest campaigns are offered; any other pair still has its
 * URL. */
static int put_form(struct store *st, struct html *h, const struct page_request *req,
		    struct err *err)
{
	_free_ char *self = link__to(req, "compare", NULL);
	struct campaign_brief *list = NULL;
	struct value_side *sides = NULL;
	size_t n = 0, n_sides = 0;
	int ret = store__list(st, &list, &n, err);

	if (!ret)
		ret = store__sides(st, &sides, &n_sides, err);
	if (!ret) {
		html__fmt(h, "<form class=\"filters\" method=\"get\" action=\"%s\">", self);
		put_choices(h, list, n, sides, n_sides, "Candidate", "candidate",
			    query__get_or(req->query, "candidate", ""));
		put_choices(h, list, n, sides, n_sides, "Baseline", "baseline",
			    query__get_or(req->query, "baseline", ""));
		html__put(h, "<button>Compare</button></form>\n");
		if (n > CHOICES)
			html__fmt(h,
				  "<p class=\"note\">The newest %d of %zu campaigns. Older ones have "
				  "this address: compare/ID.VARIANT/ID.VARIANT, the candidate "
				  "first.</p>\n",
				  CHOICES, n);
	}
	value_side__free(sides, n_sides);
	campaign_brief__free(list, n);
	return ret;
}

/* The report of two sides has one block. Cautions say why the sides may not be comparable: other
 * hosts, plans, versions. */
static int put_report(struct store *st, struct html *h, const struct page_request *req,
		      const struct report *r, struct err *err)
{
	const struct report_block *b = &r->blocks[0];
	_free_ char *cand = side__name(&r->variants[b->candidate]);
	_free_ char *base = side__name(&r->variants[b->baseline]);
	struct block_place at = { .candidate = cand, .baseline = base };
	_cleanup_(report_view__release) struct report_view v = { 0 };
	int ret = rows__view(r, req->query, true, &v, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < r->cautions.n; i++)
		html__fmt(h, "<p class=\"caution\">%s</p>\n", r->cautions.v[i]);
	piece__finding(h, r);
	table__summary(h, &v, 0);
	filter__form(h, req, r);
	ret = table__put(st, h, req, &v, 0, &at, err);
	table__notes(h, &v, 0);
	table__legend(h, &v);
	return ret;
}

/* /compare without both sides: the form, or in a static copy, which has no server to answer it, a
 * hint. */
static int put_form_only(struct store *st, const struct page_request *req, FILE *out,
			 struct err *err)
{
	_cleanup_(html__release) struct html h = { 0 };
	int ret;

	frame__begin(&h, req,
		     FRAME(.title = "Compare", .here = "Compare", .no_data = true,
			   .about = "Any two variants, of one campaign or of two."));
	if (req->static_site)
		html__put(&h,
			  "<p>A static copy holds what plans declare: see the campaigns. Any other "
			  "pair takes <code>kduel serve</code>, or <code>kduel compare ID:VARIANT "
			  "ID:VARIANT</code>.</p>\n");
	ret = req->static_site ? 0 : put_form(st, &h, req, err);
	if (!ret)
		frame__end(&h, req, out);
	return ret;
}

/* /compare?candidate=&baseline=, or the same as /compare/CANDIDATE/BASELINE. */
int page_compare(struct store *st, const struct page_request *req, FILE *out,
		 struct page_reply *reply __unused, struct err *err)
{
	const char *cand = req->args.n ? req->args.v[0] :
					 query__get_or(req->query, "candidate", "");
	const char *base = req->args.n ? req->args.v[1] : query__get_or(req->query, "baseline", "");
	_free_ char *title = NULL;
	_cleanup_(cached_report__putp) const struct cached_report *k = NULL;
	const struct report *r;
	_cleanup_(html__release) struct html h = { 0 };
	int ret;

	if (!*cand || !*base)
		return put_form_only(st, req, out, err);
	ret = page__report(st, req, cand, base, &k, err);
	if (ret)
		return ret;
	r = k->r;
	title = xasprintf("%s against %s", r->variants[r->blocks[0].candidate].label,
			  report_block__against(r, &r->blocks[0]));
	frame__begin(&h, req, FRAME(.title = title, .here = "Compare", .kicker = "Comparison"));
	/* With the sides in the path this is a page of its own, to link to; with a query it is the
	 * form's reply. */
	if (!req->args.n)
		ret = put_form(st, &h, req, err);
	if (!ret)
		ret = put_report(st, &h, req, r, err);
	if (!ret)
		frame__end(&h, req, out);
	return ret;
}
