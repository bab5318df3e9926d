// SPDX-License-Identifier: GPL-2.0-only
/* change.c - the table of level changes, for the overview, the list of changes and each history. */
#include "reports/web/edit_form.h"
#include "reports/pages/change.h"
#include "reports/pages/context.h"
#include "reports/report/words.h"

#include <math.h>

/* The path alone identifies the stream, so that the page exists in a static copy, too. */
char *changes__history_url(const struct page_request *req, const struct history_stream *s)
{
	_free_ char *key = link__metric(s->workload, s->source, s->name);

	return context__series(req, key, s->plan, s->machine, s->variant);
}

/* Name a commit, from the tag "commit" of the campaign; without the tag, only the campaign. */
static void put_commit(struct html *h, const struct page_request *req,
		       const struct history_point *p)
{
	_free_ char *id = xasprintf("campaign %.8s", p->campaign);

	if (*p->commit) {
		piece__commit(h, req, p->commit);
		id[strlen("campaign")] = '\0';
		html__put(h, " ");
	}
	piece__link(h, link__to(req, "campaign", p->campaign, NULL), id);
}

/* The commit range of a change: one of the commits after the first and up to the second caused
 * it. */
static void put_range(struct html *h, const struct page_request *req, const struct listed_change *l)
{
	const struct change *c = &l->c->c;

	if (c->first) {
		put_commit(h, req, &l->s->points[c->first - 1]);
		html__put(h, " .. <wbr>");
	} else {
		html__put(h, "up to ");
	}
	put_commit(h, req, &l->s->points[c->last]);
}

/* A restart has no size: another version of the source measures something else. A change from 0 has
 * no percentage. */
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

/* The text of a note, with URLs as links. */
static void put_text(struct html *h, const char *text)
{
	while (*text) {
		const char *url = strstr(text, "https://"), *plain = strstr(text, "http://");
		size_t n, before;

		url = plain && (!url || plain < url) ? plain : url;
		before = url ? (size_t)(url - text) : strlen(text);
		html__fmt(h, "%.*s", (int)before, text);
		if (!url)
			return;
		n = strcspn(url, " \t\"'<>()");
		html__fmt(h, "<a href=\"%.*s\" rel=\"nofollow\">%.*s</a>", (int)n, url, (int)n,
			  url);
		text = url + n;
	}
}

/* Links to compare before and after, and commands to investigate further. A static copy only has
 * the comparisons of plans. */
static void put_onward(struct html *h, const struct page_request *req,
		       const struct listed_change *l)
{
	const struct change *c = &l->c->c;
	const struct history_point *after = &l->s->points[c->at];
	const struct history_point *before = c->first ? &l->s->points[c->first - 1] : NULL;
	_free_ char *a = NULL, *b = NULL, *key = NULL;

	if (!before || c->reset)
		return;
	a = xasprintf("%s.%s", after->campaign, l->s->variant);
	b = xasprintf("%s.%s", before->campaign, l->s->variant);
	key = link__metric(l->s->workload, l->s->source, l->s->name);
	if (!req->static_site) {
		html__put(h, "<br>");
		piece__link(h, link__to(req, "compare", a, b, key, NULL), "before and after");
		html__put(h, ", ");
		piece__link(h, link__to(req, "compare", a, b, NULL), "all metrics");
	}
	html__fmt(h,
		  "<details><summary>Commands</summary><pre>kduel compare %.8s:%s %.8s:%s --metric "
		  "%s/%s\nkduel show %.8s --plan &gt;plan.yaml  # both kernels as its variants: an A/B\n",
		  after->campaign, l->s->variant, before->campaign, l->s->variant, l->s->workload,
		  l->s->name, after->campaign);
	if (*after->commit && *before->commit)
		html__fmt(h, "git bisect start %s %s\n", after->commit, before->commit);
	html__fmt(h, "kduel changes --confirm --note TEXT %s</pre></details>", l->c->id);
}

static void put_note(struct html *h, const struct change_note *note)
{
	html__fmt(h, "<br><small>%s%s%s, ", note->state, *note->author ? " by " : "", note->author);
	piece__date(h, note->made_ns);
	html__put(h, ": ");
	put_text(h, note->text);
	html__put(h, "</small>");
}

/* Assignee and bug. */
static void put_care(struct html *h, const struct history_change *c)
{
	if (*c->assignee)
		html__fmt(h, "<br>assigned to %s", c->assignee);
	if (*c->bug)
		html__fmt(h, "<br><a href=\"%s\" rel=\"nofollow\">bug %s</a>", c->bug,
			  strstr(c->bug, "://") + 3);
}

/* Why a new baseline began, and the notes on the change, each with the state that it set. */
static void put_notes(struct html *h, const struct listed_change *l)
{
	if (l->c->c.reset)
		html__fmt(h, "<br><small>%s</small>", l->s->points[l->c->c.at].restart);
	for (size_t i = 0; i < l->c->n_notes; i++)
		if (*l->c->notes[i].text)
			put_note(h, &l->c->notes[i]);
}

/* A row, with an anchor (#change-ID) for links from notes and reports. The form only appears for
 * users who may edit. */
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
	html__put(h, "</td><td class=\"n wide\">");
	html__fmt(h, isnan(l->c->c.p) ? "-" : "%.1e", l->c->c.p);
	html__fmt(h, "</td><td>%s", change_state__name(l->c->state));
	put_care(h, l->c);
	put_notes(h, l);
	edit_form__change(h, req, l->c);
	html__put(h, "</td><td>");
	put_range(h, req, l);
	put_onward(h, req, l);
	html__put(h, "</td><td>");
	piece__basis(h, l->s->basis);
	html__fmt(h, "</td><td class=\"wide\"><code>%s</code></td></tr>\n", l->c->id);
}

/* Do both changes belong to the same night? */
static bool is_same_night(const struct listed_change *a, const struct listed_change *b)
{
	return a->s->points[a->c->c.at].date_ns == b->s->points[b->c->c.at].date_ns;
}

/* Another variant of the same plan on the same machine whose same metric moved in the same
 * direction in the same night, which suggests a cause other than the kernel. */
static const struct history_stream *moved_too(const struct listed_change *list, size_t n,
					      const struct listed_change *l)
{
	for (size_t i = 0; i < n; i++) {
		const struct history_stream *s = list[i].s;

		if (s != l->s && !streq(s->variant, l->s->variant) && streq(s->plan, l->s->plan) &&
		    streq(s->machine, l->s->machine) && streq(s->workload, l->s->workload) &&
		    streq(s->name, l->s->name) && list[i].c->worse == l->c->worse &&
		    !list[i].c->c.reset)
			return s;
	}
	return NULL;
}

/* The heading of a night with several changes. */
static void put_night(struct html *h, const struct listed_change *list, size_t n)
{
	_cleanup_(strvec__release) struct strvec machines = { 0 };
	const struct history_stream *both = NULL, *with = NULL;
	size_t worse = 0, better = 0;

	for (size_t i = 0; i < n; i++) {
		worse += !list[i].c->c.reset && list[i].c->worse;
		better += !list[i].c->c.reset && !list[i].c->worse;
		strvec__push(&machines, list[i].s->machine);
		if (!both && (with = moved_too(list, n, &list[i])))
			both = list[i].s;
	}
	strvec__sort_unique(&machines);
	html__put(h, "<tr class=\"group\"><th colspan=\"8\" scope=\"colgroup\">");
	piece__date(h, list[0].s->points[list[0].c->c.at].date_ns);
	html__fmt(h, ": %zu changes, %zu worse, %zu better, on %zu machine%s", n, worse, better,
		  machines.n, plural_s(machines.n));
	if (both)
		html__fmt(h,
			  "<br><small>%s and %s moved together in %s/%s: look at the machine before the "
			  "kernel</small>",
			  both->variant, with->variant, both->workload, both->name);
	html__put(h, "</th></tr>\n");
}

void changes__put(struct html *h, const struct page_request *req, const struct listed_change *list,
		  size_t n)
{
	piece__cards_begin(h, "Changes",
			   STRINGS("Since", "Metric", "Size", "#p", "State",
				   "Made by one of the commits", "Basis", "Change"));
	for (size_t i = 0, night; i < n; i += night) {
		for (night = 1; i + night < n && is_same_night(&list[i], &list[i + night]);)
			night++;
		if (night > 1)
			put_night(h, &list[i], night);
		for (size_t k = 0; k < night; k++)
			put_change(h, req, &list[i + k]);
	}
	piece__table_end(h);
}
