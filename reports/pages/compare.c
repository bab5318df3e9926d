// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - the page that compares any two variants. */
#include "reports/pages/context.h"
#include "reports/pages/expect.h"
#include "reports/pages/filter.h"
#include "reports/pages/table.h"
#include "reports/report/words.h"
#include "reports/store/values.h"
#include "reports/web/cache.h"
#include "reports/web/rows.h"

#define CHOICES 40 /* campaigns offered in the form: nobody would find one in a longer list */

/* The variants of one offered campaign. */
struct choice {
	struct value_side *sides; /* owned */
	size_t n;
};

/* A select box with the variants of these campaigns, newest first. The current choice is kept even
 * if a search excludes it. */
static void put_choices(struct html *h, const struct campaign_list *list,
			const struct choice *choices, const char *label, const char *name,
			const char *now)
{
	bool there = !*now;

	html__fmt(h, "<label>%s<select name=\"%s\"><option value=\"\">choose a variant</option>\n",
		  label, name);
	for (size_t i = 0; i < list->n; i++) {
		const struct campaign_line *l = &list->v[i];
		_free_ char *date = words__date(l->date_ns);

		html__fmt(h, "<optgroup label=\"%s, %s (%.8s)\">", l->c->name, date, l->c->uuid);
		for (size_t k = 0; k < choices[i].n; k++) {
			_free_ char *side = xasprintf("%s.%s", l->c->uuid,
						      choices[i].sides[k].name);

			there |= streq(side, now);
			html__fmt(h, "<option value=\"%s\"", side);
			html__put(h, streq(side, now) ? " selected" : "");
			html__fmt(h, ">%s</option>", choices[i].sides[k].name);
		}
		html__put(h, "</optgroup>\n");
	}
	if (!there)
		html__fmt(h, "<option value=\"%s\" selected>%.8s%s</option>", now, now,
			  strchr(now, '.') ? strchr(now, '.') : "");
	html__put(h, "</select></label>");
}

/* The form to choose both sides, from the campaigns that match the search. */
static int put_form(struct store *st, struct html *h, const struct page_request *req,
		    struct err *err)
{
	_free_ char *self = link__to(req, "compare", NULL);
	_cleanup_(campaign_list__release) struct campaign_list list = { 0 };
	struct campaign_filter f;
	struct choice choices[CHOICES] = { 0 };
	int ret = page__campaign_filter(req->query, &f, err);

	f.by_date = true;
	f.limit = CHOICES;
	if (!ret)
		ret = page__campaigns(st, req, &f, &list, err);
	for (size_t i = 0; !ret && i < list.n; i++)
		ret = store__sides_of(st, list.v[i].c->id, &choices[i].sides, &choices[i].n, err);
	if (!ret) {
		html__fmt(h, "<form class=\"filters\" method=\"get\" action=\"%s\">", self);
		filter__campaigns(h, req->query);
		put_choices(h, &list, choices, "Candidate", "candidate",
			    query__get_or(req->query, "candidate", ""));
		put_choices(h, &list, choices, "Baseline", "baseline",
			    query__get_or(req->query, "baseline", ""));
		html__put(h, "<button>Compare</button></form>\n");
		html__fmt(h, "<p class=\"note\">%zu of %zu campaigns fit%s.</p>\n", list.n_fit,
			  list.n_all,
			  list.n < list.n_fit ? "; the newest can be chosen: search for others" :
						"");
	}
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		value_side__free(choices[i].sides, choices[i].n);
	return ret;
}

/* The report of two sides has a single block. Its cautions say why the sides may not be comparable:
 * different hosts, plans or versions. */
static int put_report(struct store *st, struct html *h, const struct page_request *req,
		      const struct report *r, struct err *err)
{
	const struct report_block *b = &r->blocks[0];
	_free_ char *cand = context__side(&r->variants[b->candidate]);
	_free_ char *base = context__side(&r->variants[b->baseline]);
	struct block_place at = { .candidate = cand, .baseline = base };
	_cleanup_(report_view__release) struct report_view v = { 0 };
	int ret = rows__view(r, req->query, true, &v, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < r->cautions.n; i++)
		html__fmt(h, "<p class=\"caution\">%s</p>\n", r->cautions.v[i]);
	piece__finding(h, r);
	ret = context__put(st, h, req, r, b, NULL, err);
	if (ret)
		return ret;
	expects__put(h, &r->expects);
	table__summary(h, &v, 0);
	filter__form(h, req, r);
	ret = table__put(st, h, req, &v, 0, &at, err);
	table__notes(h, &v, 0);
	table__legend(h, &v);
	return ret;
}

/* /compare without both sides: the form, or a hint in a static copy, which has no server to process
 * a form. */
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

/* /compare?candidate=&baseline=, or likewise /compare/CANDIDATE/BASELINE. */
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
	/* With the sides in the path, this is a page to link to; with a query, it is the form's
	 * reply and includes the form. */
	if (!req->args.n)
		ret = put_form(st, &h, req, err);
	if (!ret)
		ret = put_report(st, &h, req, r, err);
	if (!ret)
		frame__end(&h, req, out);
	return ret;
}
