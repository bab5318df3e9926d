// SPDX-License-Identifier: GPL-2.0-only
/* noise.c - how much equal kernels differ, by machine and metric. */
#include "reports/report/words.h"
#include "reports/stats/aa.h"
#include "reports/web/frame.h"
#include "reports/store/history.h"

#include <math.h>

/* The minimum detectable effect: the smallest change that 80 % of A/B comparisons with this many
 * boots per side would find. Ratios are tested as logarithms, hence expm1(). */
static double find_mde(const struct noise *v, unsigned int boots)
{
	double e = aa__mde(aa__boot_variance(v->sd_boot, v->sd_iter, v->n_iter), boots);

	return v->linear ? e : expm1(e);
}

static void put_size(struct html *h, const struct noise *v, double size)
{
	double share = metric__points(v->unit);
	_free_ char *text = words__size(share, aa__size(share, v->linear, v->typical, size));

	html__fmt(h, "<td class=\"n\">%s</td>", text);
}

static void put_row(struct html *h, const struct page_request *req, const struct noise *v)
{
	_free_ char *key = link__metric(v->workload, v->source, v->metric);
	_free_ char *url = link__to(req, "metric", key, NULL);

	html__fmt(h,
		  "<tr><th scope=\"row\"><a href=\"%s\">%s/<wbr>%s</a><br><small>typically %.5g %s"
		  "</small></th>",
		  url, v->workload, v->metric, v->typical, v->unit);
	put_size(h, v, v->sd_boot);
	put_size(h, v, v->sd_iter);
	html__fmt(h, "<td class=\"n\">%.2f</td>", v->lag1);
	html__fmt(h, "<td class=\"n\">%.1f</td>", 100 * v->false_rate);
	for (size_t i = 0; i < AA_MDE; i++)
		put_size(h, v, find_mde(v, aa__mde_boots[i]));
	html__fmt(h, "<td class=\"n\">%u</td><td>", v->n_boots);
	piece__basis(h, v->basis);
	html__put(h, "</td><td>");
	_free_ char *id = xstrndup(v->campaign, 8);

	piece__link(h, link__to(req, "campaign", v->campaign, NULL), id);
	html__put(h, "</td></tr>\n");
}

/* Heading and table head for one machine. The caller ends the table. */
static void put_head(struct html *h, const char *machine)
{
	_free_ char *label = xasprintf("Noise of machine %.16s", machine);
	_cleanup_(strvec__release) struct strvec heads = { 0 };

	strvec__push_all(&heads, "Metric", "#Between boots, %", "#Within, %", "#Boot to boot",
			 "#False alarms, %", NULL);
	for (size_t i = 0; i < AA_MDE; i++)
		strvec__pushf(&heads, "#Seen with %u, %%", aa__mde_boots[i]);
	strvec__push_all(&heads, "#Boots", "Basis", "From", NULL);
	html__fmt(h, "<h2>Machine <code>%.16s</code></h2>\n", machine);
	piece__table_begin(h, label, (const char *const *)heads.v);
}

/* /noise */
int page_noise(struct store *st, const struct page_request *req, FILE *out,
	       struct page_reply *reply __unused, struct err *err)
{
	struct html h = { 0 };
	struct noise *list;
	size_t n;
	int ret = store__noise(st, query__get_or(req->query, "machine", ""), &list, &n, err);

	if (ret)
		return ret;
	frame__begin(
		&h, req,
		FRAME(.title = "A/A noise", .here = "Noise",
		      .about =
			      "How much equal kernels differ, from the newest kduel aa of each machine."));
	if (!n)
		html__put(&h, "<p class=\"lead\">No machine has been measured yet: <code>kduel aa "
			      "PLAN</code> runs a baseline against itself.</p>\n");
	/* One table per machine: store__noise() sorts by machine. */
	for (size_t i = 0; i < n; i++) {
		bool first = !i || !streq(list[i].machine, list[i - 1].machine);

		if (first && i)
			piece__table_end(&h);
		if (first)
			put_head(&h, list[i].machine);
		put_row(&h, req, &list[i]);
	}
	if (n)
		piece__table_end(&h);
	html__put(&h,
		  "<p class=\"note\">Between boots: without the variation of iterations. Boot to boot: "
		  "autocorrelation, 0 when boots are independent. False alarms: labellings of "
		  "equal boots that the test would call different; 5 % is what it promises. Seen "
		  "with: the smallest change that 80 % of comparisons with so many boots per "
		  "side find. pt: points of a share.</p>\n");
	frame__end(&h, req, out);
	noise__free(list, n);
	return 0;
}
