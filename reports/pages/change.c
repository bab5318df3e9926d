// SPDX-License-Identifier: GPL-2.0-only
/* change.c - the table of changes of level, on the overview, the list of changes and each history. */
#include "reports/web/edit_form.h"
#include "reports/pages/change.h"
#include "reports/report/words.h"

#include <math.h>

/* The query holds all that identifies a stream beside the metric, so the page shows this one
 * alone. */
char *changes__history_url(const struct page_request *req, const struct history_stream *s)
{
	_free_ char *key = link__metric(s->workload, s->source, s->name);
	_free_ char *url = link__to(req, "history", key, NULL);
	_cleanup_(query__release) struct query q = { 0 };
	_free_ char *text = NULL;

	query__add(&q, "plan", s->plan);
	query__add(&q, "machine", s->machine);
	query__add(&q, "variant", s->variant);
	text = query__encode(&q);
	return xasprintf("%s?%s", url, text);
}

/* A commit comes from the tag "commit" of the campaign; without it the campaign itself is named. */
static void put_commit(struct html *h, const struct history_point *p)
{
	if (*p->commit)
		html__fmt(h, "<code>%.12s</code>", p->commit);
	else
		html__fmt(h, "<code>campaign %.8s</code>", p->campaign);
}

/* One of the commits behind the first name, up to the second, made the change. */
static void put_range(struct html *h, const struct listed_change *l)
{
	const struct change *c = &l->c->c;

	if (c->first) {
		put_commit(h, &l->s->points[c->first - 1]);
		html__put(h, "..<wbr>");
	} else {
		html__put(h, "up to ");
	}
	put_commit(h, &l->s->points[c->last]);
}

/* A restart has no size: another version of the source measures something else. Nor has a change
 * from 0 a percentage. */
static void put_size(struct html *h, const struct history_stream *s, const struct history_change *c)
{
	_free_ char *step = words__step(s->share, &c->c);

	if (c->c.reset) {
		html__put(h, "new baseline");
		return;
	}
	html__fmt(h, "<span class=\"v %s\"><span aria-hidden=\"true\">%s</span> %s %s</span>",
		  c->worse ? "worse" : "better", c->worse ? "\xe2\x96\xbc" : "\xe2\x96\xb2", step,
		  c->worse ? "worse" : "better");
}

/* Why a new baseline began, and what people noted on the change, each with the state it set. */
static void put_notes(struct html *h, const struct listed_change *l)
{
	if (l->c->c.reset)
		html__fmt(h, "<br><small>%s</small>", l->s->points[l->c->c.at].restart);
	for (size_t i = 0; i < l->c->n_notes; i++)
		if (*l->c->notes[i].text)
			html__fmt(h, "<br><small>%s: %s</small>", l->c->notes[i].state,
				  l->c->notes[i].text);
}

/* A row, with an anchor (#change-ID) that notes and reports can point to. The form is there only
 * for those who may edit. */
static void put_change(struct html *h, const struct page_request *req,
		       const struct listed_change *l)
{
	_free_ char *url = changes__history_url(req, l->s);

	html__fmt(h, "<tr id=\"change-%s\"><td>", l->c->id);
	piece__date(h, l->s->points[l->c->c.at].date_ns);
	html__fmt(h,
		  "</td><th scope=\"row\"><a href=\"%s\">%s/<wbr>%s</a><br><small>%s; plan %s; %.12s"
		  "</small></th><td>",
		  url, l->s->workload, l->s->name, l->s->variant, l->s->plan, l->s->machine);
	put_size(h, l->s, l->c);
	html__put(h, "</td><td class=\"n\">");
	html__fmt(h, isnan(l->c->c.p) ? "-" : "%.1e", l->c->c.p);
	html__fmt(h, "</td><td>%s", change_state__name(l->c->state));
	put_notes(h, l);
	edit_form__change(h, req, l->c->id);
	html__put(h, "</td><td>");
	put_range(h, l);
	html__put(h, "</td><td>");
	piece__basis(h, l->s->basis);
	html__fmt(h, "</td><td><code>%s</code></td></tr>\n", l->c->id);
}

void changes__put(struct html *h, const struct page_request *req, const struct listed_change *list,
		  size_t n)
{
	piece__table_begin(h, "Changes",
			   STRINGS("Since", "Metric", "Size", "#p", "State",
				   "Made by one of the commits", "Basis", "Change"));
	for (size_t i = 0; i < n; i++)
		put_change(h, req, &list[i]);
	piece__table_end(h);
}
