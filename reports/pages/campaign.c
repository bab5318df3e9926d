// SPDX-License-Identifier: GPL-2.0-only
/* campaign.c - the page of a campaign: variants, boots and verdicts. */
#include "reports/web/edit_form.h"
#include "reports/pages/context.h"
#include "reports/pages/expect.h"
#include "reports/pages/filter.h"
#include "reports/pages/schedule.h"
#include "reports/pages/table.h"
#include "reports/render/values_text.h"
#include "reports/report/words.h"
#include "reports/report/pool.h"
#include "reports/store/history.h"
#include "reports/web/cache.h"
#include "reports/web/rows.h"

#include <math.h>

/* A card for one variant. `rv` has its boots and the evidence on its kernel; NULL if the plan
 * compares nothing. */
static void put_variant(struct html *h, const struct campaign_variant *v,
			const struct report_variant *rv)
{
	html__fmt(h, "<li class=\"card\"><h3>%s%s</h3>\n", v->name,
		  v->baseline ? " (baseline)" : "");
	if (*v->release)
		html__fmt(h,
			  "<p>%s %s</p><p class=\"soft\">%s<br><span class=\"mono\">%.16s</span></p>\n",
			  v->release, v->arch, v->origin, v->kernel_hash);
	if (*v->cpu)
		html__fmt(h, "<p>CPU <code>%s</code></p>\n", v->cpu);
	if (*v->cmdline)
		html__fmt(h, "<p>Command line <code>%s</code></p>\n", v->cmdline);
	if (rv) {
		_free_ char *boots = words__boots(rv);

		html__fmt(h, "<p>%s</p>\n", boots);
		for (size_t i = 0; i < rv->n_evidence; i++)
			html__fmt(h, "<p>%s: %s <span class=\"soft\">(%u of %u boots)</span></p>\n",
				  rv->evidence[i].label, rv->evidence[i].value,
				  rv->evidence[i].boots, rv->ok);
	}
	html__put(h, "</li>\n");
}

/* Links to the sections of this page, and to the views of the campaign on other pages. */
static void put_contents(struct html *h, const struct page_request *req, const struct campaign *c)
{
	static const char *const parts[][2] = { { "variants", "Variants" },
						{ "boots", "Boots" },
						{ "differences", "Differences" },
						{ "about", "About" },
						{ "plan", "Plan" } };
	static const char *const views[][2] = { { "layout", "Linear map" },
						{ "tlb", "TLB" },
						{ "points", "Over operations" },
						{ "memory", "Over memory" },
						{ "creation", "Creation of the map" } };

	html__put(h, "<nav class=\"parts\" aria-label=\"This campaign\">");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		html__fmt(h, "<a href=\"#%s\">%s</a> ", parts[i][0], parts[i][1]);
	for (size_t i = 0; i < ARRAY_SIZE(views); i++) {
		piece__link(h, link__to(req, "campaign", c->uuid, views[i][0], NULL), views[i][1]);
		html__put(h, " ");
	}
	html__put(h, "</nav>\n");
}

/* How the campaign was run. The boot order is derived from the seed, which is needed to repeat
 * it. */
static int put_facts(struct store *st, struct html *h, const struct page_request *req,
		     const struct campaign *c, struct err *err)
{
	struct campaign_tag *tags;
	size_t n;
	int ret = store__tags(st, c->id, &tags, &n, err);

	if (ret)
		return ret;
	html__put(h, "<dl class=\"facts\">\n");
	piece__fact(h, "host", "%s", c->host);
	piece__fact(h, "target", "%s", c->target);
	piece__fact(h, "state", "%s", c->state);
	piece__fact(h, "boots", "%u planned, interleaved from seed %llu%s", c->n_slots,
		    (unsigned long long)c->seed, c->paired ? ", paired by block" : "");
	for (size_t i = 0; i < n; i++)
		piece__fact(h, tags[i].key, "%s", tags[i].value);
	piece__fact(h, "kduel", "%s", c->version);
	piece__fact(h, "id", "%s", c->uuid);
	html__put(h, "</dl>\n");
	campaign_tag__free(tags, n);
	edit_form__tag(h, req, c->uuid);
	return 0;
}

/* The title of the n-th comparison (from 1, as in the URLs of its rows). The declared title is left
 * out if it just repeats the two sides. There is no link to /compare for the interaction of a 2x2,
 * as that takes two variants. */
static void put_block_title(struct html *h, const struct page_request *req, const struct report *r,
			    const struct report_block *b, size_t n)
{
	const char *cand = r->variants[b->candidate].label, *against = report_block__against(r, b);

	_free_ char *plain = xasprintf("%s against %s", cand, against);

	html__fmt(h, "<h2 id=\"table-%zu\">", n);
	if (*b->title && !streq(b->title, plain))
		html__fmt(h, "%s</h2>\n<p class=\"soft\">%s against %s%s", b->title, cand, against,
			  b->factorial ? ": what both factors do beyond what each does alone" : "");
	else
		html__fmt(h, "%s</h2>\n<p class=\"soft\">", plain);
	if (!b->factorial) {
		_free_ char *c = context__side(&r->variants[b->candidate]);
		_free_ char *a = context__side(&r->variants[b->baseline]);

		html__put(h, *b->title && !streq(b->title, plain) ? ". " : "");
		piece__link(h, link__to(req, "compare", c, a, NULL), "Table by itself");
	}
	html__put(h, "</p>\n");
}

/* One table per comparison of the plan, with a common form and legend. */
static int put_tables(struct store *st, struct html *h, const struct page_request *req,
		      const struct report *r, struct err *err)
{
	_cleanup_(report_view__release) struct report_view v = { 0 };
	int ret = rows__view(r, req->query, true, &v, err);

	piece__finding(h, r);
	context__failed(h, req, r);
	for (size_t i = 0; !ret && i < r->cautions.n; i++)
		html__fmt(h, "<p class=\"caution\">%s</p>\n", r->cautions.v[i]);
	if (!ret)
		expects__put(h, &r->expects);
	for (size_t i = 0; !ret && i < r->n_blocks; i++) {
		const struct block_place at = { .campaign = r->campaign->uuid, .n = i + 1 };

		put_block_title(h, req, r, &r->blocks[i], i + 1);
		table__summary(h, &v, i);
		if (!i)
			filter__form(h, req, r);
		ret = table__put(st, h, req, &v, i, &at, err);
		table__notes(h, &v, i);
	}
	if (!ret)
		table__legend(h, &v);
	return ret;
}

/* The texts stored with the campaign: the files may have changed since. */
static void put_plan(struct html *h, const struct campaign *c)
{
	html__fmt(h,
		  "<h2 id=\"plan\">Plan</h2>\n<details><summary>%s, as it was run</summary>\n"
		  "<pre>%s</pre></details>\n",
		  c->plan_path, c->plan_text);
	if (*c->lock_text)
		html__fmt(h,
			  "<details><summary>Lock: the packages it used</summary>\n<pre>%s</pre>"
			  "</details>\n",
			  c->lock_text);
}

/* For a campaign that compares nothing: the value of each metric. */
static int put_values(struct store *st, struct html *h, const struct campaign *c, struct err *err)
{
	_cleanup_(report_expects__release) struct report_expects expects = { 0 };
	_cleanup_(variant_values__release) struct variant_values v = { 0 };
	int ret = variant_values__load(st, c, values__any, &v, err);

	if (!ret)
		ret = report_expects__load(st, c, &expects, err);
	if (!ret)
		expects__put(h, &expects);
	html__put(h, "<h2 id=\"values\">Values</h2>\n<p class=\"soft\">Medians of the boots; the "
		     "spread is highest - lowest, of the median.</p>\n");
	piece__table_begin(h, "Values",
			   STRINGS("Metric", "Variant", "#Median", "#Lowest", "#Highest", "#Spread",
				   "#Boots", "Basis"));
	for (size_t i = 0; !ret && i < v.n; i++) {
		const struct variant_value *x = &v.v[i];
		const struct series *s = x->series;
		double spread = values__spread(x);
		_free_ char *apart = isnan(spread) ? xstrdup("-") : xasprintf("%.2f %%", spread);

		if (!x->n)
			continue;
		html__fmt(h,
			  "<tr><th scope=\"row\">%s/<wbr>%s<br><small>%s, %s is better%s</small></th>"
			  "<td>%s</td><td class=\"n\">%.6g</td><td class=\"n\">%.6g</td>"
			  "<td class=\"n\">%.6g</td><td class=\"n\">%s</td><td class=\"n\">%zu</td><td>",
			  s->workload, s->metric.name, s->metric.unit,
			  metric__better_name(s->metric.better),
			  s->metric.primary ? "" : "; secondary", c->variants[x->variant].name,
			  x->median, x->lo, x->hi, apart, x->n);
		piece__basis(h, s->basis);
		html__put(h, "</td></tr>\n");
	}
	piece__table_end(h);
	return ret;
}

/* The whole page. `r` is NULL if the plan compares nothing. */
static int put_page(struct store *st, struct html *h, const struct page_request *req,
		    const struct campaign *c, const struct report *r, struct err *err)
{
	_free_ char *date = words__date(c->created_ns);
	_free_ char *about = xasprintf("%s, %s on %s", date, c->target, c->host);
	_free_ char *lone = r ? NULL : report__tell_lone(c);
	int ret = 0;

	frame__begin(h, req,
		     FRAME(.title = c->name, .kicker = "Campaign", .here = "Overview",
			   .about = about, .no_data = !r, .refreshes = streq(c->state, "running")));
	ret = context__commit(st, h, req, c, err);
	if (ret)
		return ret;
	put_contents(h, req, c);
	if (!streq(c->state, "finished")) {
		_free_ char *done = schedule__progress(c);

		html__fmt(h,
			  "<p class=\"caution\">Provisional: this campaign is %s, %s. Verdicts are those "
			  "of the boots so far and may change.</p>\n",
			  c->state, done);
	}
	if (lone)
		html__fmt(h, "<p class=\"caution\">%s</p>\n", lone);
	if (!r)
		html__put(h, "<p>The plan compares nothing; its variants can be compared with "
			     "others under Compare.</p>\n");
	ret = r ? put_tables(st, h, req, r, err) : put_values(st, h, c, err);
	if (ret)
		return ret;
	html__put(h, "<h2 id=\"variants\">Variants</h2>\n<ul class=\"cards\">\n");
	for (size_t i = 0; i < c->n_variants; i++)
		put_variant(h, &c->variants[i], r ? &r->variants[i] : NULL);
	html__put(h, "</ul>\n");
	schedule__put_boots(h, req, c);
	ret = schedule__put_differences(st, h, c, err);
	html__put(h, "<h2 id=\"about\">About this campaign</h2>\n");
	if (!ret)
		ret = put_facts(st, h, req, c, err);
	put_plan(h, c);
	return ret;
}

/* /campaign/ID */
int page_campaign(struct store *st, const struct page_request *req, FILE *out,
		  struct page_reply *reply __unused, struct err *err)
{
	_cleanup_(cached_report__putp) const struct cached_report *k = NULL;
	_cleanup_(html__release) struct html h = { 0 };
	int ret = page__report(st, req, req->args.v[0], NULL, &k, err);

	if (!ret)
		ret = put_page(st, &h, req, k->c, k->r, err);
	if (!ret)
		frame__end(&h, req, out);
	return ret;
}
