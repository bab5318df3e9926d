// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - any two variants side by side, and one row by itself. */
#include "reports/pages/compare.h"
#include "reports/pages/row.h"
#include "lib/units.h"
#include "reports/web/kept.h"

int compare__page(struct store *st, const struct page_request *req, campaign_page_fn *put,
		  FILE *out, struct err *err)
{
	const struct cached_report *k;
	struct html h = { 0 };
	int ret = page__report(st, req, req->args.v[0], NULL, &k, err);

	if (ret)
		return ret;
	ret = put(st, &h, req, k->c, k->r, err);
	if (!ret)
		frame__end(&h, req, out);
	html__release(&h);
	cached_report__put(k);
	return ret;
}

static int put_choices(struct store *st, struct html *h, const struct campaign_brief *list,
		       size_t n, const char *name, const char *now, struct err *err)
{
	int ret = 0;

	html__fmt(h,
		  "<label>%s<select name=\"%s\" required><option value=\"\">choose a variant</option>\n",
		  *name == 'c' ? "Candidate" : "Baseline", name);
	for (size_t i = 0; !ret && i < n; i++) {
		struct campaign *c;

		ret = store__load(st, list[i].uuid, &c, err);
		if (ret)
			break;
		html__fmt(h, "<optgroup label=\"%s (%.8s)\">", c->name, c->uuid);
		for (size_t k = 0; k < c->n_variants; k++) {
			_free_ char *side = xasprintf("%s.%s", c->uuid, c->variants[k].name);

			html__fmt(h, "<option value=\"%s\"", side);
			html__put(h, streq(side, now) ? " selected" : "");
			html__fmt(h, ">%s</option>", c->variants[k].name);
		}
		html__put(h, "</optgroup>\n");
		campaign__free(c);
	}
	html__put(h, "</select></label>");
	return ret;
}

#define CHOICES 40 /* campaigns that the form offers: more would not be found in a list */

static int put_form(struct store *st, struct html *h, const struct page_request *req,
		    struct err *err)
{
	_free_ char *self = link__to(req, "compare", NULL);
	struct campaign_brief *list;
	size_t n, shown;
	int ret = store__list(st, &list, &n, err);

	if (ret)
		return ret;
	shown = n < CHOICES ? n : CHOICES;
	html__fmt(h, "<form class=\"filters\" method=\"get\" action=\"%s\">", self);
	ret = put_choices(st, h, list, shown, "candidate",
			  query__get_or(req->query, "candidate", ""), err);
	if (!ret)
		ret = put_choices(st, h, list, shown, "baseline",
				  query__get_or(req->query, "baseline", ""), err);
	html__put(h, "<button>Compare</button></form>\n");
	if (shown < n)
		html__fmt(h,
			  "<p class=\"note\">The newest %zu of %zu campaigns. Older ones have this "
			  "address: compare/ID.VARIANT/ID.VARIANT, the candidate first.</p>\n",
			  shown, n);
	campaign_brief__free(list, n);
	return ret;
}

static int put_report(struct store *st, struct html *h, const struct page_request *req,
		      const struct report *r, struct err *err)
{
	const struct report_block *b = &r->blocks[0];
	_free_ char *cand = side__name(&r->variants[b->candidate]);
	_free_ char *base = side__name(&r->variants[b->baseline]);
	struct block_place at = { .candidate = cand, .baseline = base };
	struct report_view v;
	int ret = table__view(r, req->query, true, &v, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < r->cautions.n; i++)
		html__fmt(h, "<p class=\"caution\">%s</p>\n", r->cautions.v[i]);
	table__summary(h, &v, 0);
	table__filters(h, req, r);
	ret = table__put(st, h, req, &v, 0, &at, err);
	table__notes(h, &v, 0);
	table__legend(h, &v);
	report_view__release(&v);
	return ret;
}

static int put_form_only(struct store *st, const struct page_request *req, FILE *out,
			 struct err *err)
{
	struct html h = { 0 };
	int ret;

	frame__begin(&h, req,
		     &(struct frame){ .title = "Compare",
				      .here = "Compare",
				      .no_data = true,
				      .about = "Any two variants, of one campaign or of two." });
	if (req->static_site)
		html__put(&h,
			  "<p>A static copy holds what plans declare: see the campaigns. Any other "
			  "pair takes <code>kduel serve</code>, or <code>kduel compare ID:VARIANT "
			  "ID:VARIANT</code>.</p>\n");
	ret = req->static_site ? 0 : put_form(st, &h, req, err);
	if (!ret)
		frame__end(&h, req, out);
	html__release(&h);
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
	const struct cached_report *k;
	const struct report *r;
	struct html h = { 0 };
	int ret;

	if (!*cand || !*base)
		return put_form_only(st, req, out, err);
	ret = page__report(st, req, cand, base, &k, err);
	if (ret)
		return ret;
	r = k->r;
	title = xasprintf("%s against %s", r->variants[r->blocks[0].candidate].label,
			  report_block__against(r, &r->blocks[0]));
	frame__begin(&h, req,
		     &(struct frame){ .title = title, .here = "Compare", .kicker = "Comparison" });
	if (!req->args.n)
		ret = put_form(st, &h, req, err);
	if (!ret)
		ret = put_report(st, &h, req, r, err);
	if (!ret)
		frame__end(&h, req, out);
	html__release(&h);
	cached_report__put(k);
	return ret;
}

const struct report_row *compare__row(const struct report_block *b, const char *key,
				      struct err *err)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		_free_ char *own = link__metric(b->rows[i].workload, b->rows[i].source,
						b->rows[i].metric->name);

		if (streq(own, key))
			return &b->rows[i];
	}
	err__set(err, -ENOENT, "this comparison has no metric %.200s", key);
	return NULL;
}

static int put_row_page(struct store *st, const struct page_request *req, const struct report *r,
			size_t block, const char *key, char *back, FILE *out, struct err *err)
{
	const struct report_row *row = compare__row(&r->blocks[block], key, err);
	_free_ char *up = back, *title = NULL;
	struct html h = { 0 };
	int ret;

	if (!row)
		return -ENOENT;
	title = xasprintf("%s/%s", row->workload, row->metric->name);
	frame__begin(&h, req,
		     &(struct frame){ .title = title,
				      .here = "Compare",
				      .kicker = "One metric of a comparison",
				      .about = row->metric->help });
	html__fmt(&h, "<p><a href=\"%s\">\xe2\x86\x90 The whole table</a></p>\n", up);
	ret = row__put(st, &h, req, r, block, row, err);
	if (!ret)
		frame__end(&h, req, out);
	html__release(&h);
	return ret;
}

int compare__kept_block(struct store *st, const struct page_request *req,
			const struct cached_report **k, size_t *block, struct err *err)
{
	uint64_t n;
	int ret = page__report(st, req, req->args.v[0], NULL, k, err);

	*block = 0;
	if (ret)
		return ret;
	if (!(*k)->r)
		return err__set(err, -ENOENT, "the plan of this campaign compares nothing");
	if (units__u64(req->args.v[1], &n) || !n || n > (*k)->r->n_blocks)
		return err__set(err, -ENOENT, "this campaign has no table %.20s", req->args.v[1]);
	*block = n - 1;
	return 0;
}

/* /campaign/ID/row/TABLE/METRIC */
int page_row(struct store *st, const struct page_request *req, FILE *out,
	     struct page_reply *reply __unused, struct err *err)
{
	const struct cached_report *k;
	size_t block;
	int ret = compare__kept_block(st, req, &k, &block, err);

	if (!ret)
		ret = put_row_page(st, req, k->r, block, req->args.v[2],
				   link__to(req, "campaign", k->c->uuid, NULL), out, err);
	cached_report__put(k);
	return ret;
}

/* /compare/CANDIDATE/BASELINE/METRIC */
int page_compare_row(struct store *st, const struct page_request *req, FILE *out,
		     struct page_reply *reply __unused, struct err *err)
{
	const struct cached_report *k;
	int ret = page__report(st, req, req->args.v[0], req->args.v[1], &k, err);

	if (!ret)
		ret = put_row_page(st, req, k->r, 0, req->args.v[2],
				   link__to(req, "compare", req->args.v[0], req->args.v[1], NULL),
				   out, err);
	cached_report__put(k);
	return ret;
}
