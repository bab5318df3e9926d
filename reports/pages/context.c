// SPDX-License-Identifier: GPL-2.0-only
/* context.c - describes what was compared with what, with links to related pages. */
#include "reports/pages/context.h"
#include "reports/report/outcome.h"
#include "reports/store/history.h"

char *context__side(const struct report_variant *v)
{
	_free_ char *ids = report_variant__campaigns(v);

	return xasprintf("%s.%s", ids, v->v->name);
}

/* The tags of a campaign. */
struct tags {
	struct campaign_tag *v;
	size_t n;
};

static int load_tags(struct store *st, const struct campaign *c, struct tags *t, struct err *err)
{
	*t = (struct tags){ 0 };
	return store__tags(st, c->id, &t->v, &t->n, err);
}

static void tags__release(struct tags *t)
{
	campaign_tag__free(t->v, t->n);
}

static const char *tag(const struct tags *t, const char *key)
{
	const char *value = campaign_tag__find(t->v, t->n, key);

	return value ? value : "";
}

static const char *machine_of(const struct tags *t, const struct campaign *c)
{
	return *tag(t, "machine") ? tag(t, "machine") : c->host;
}

char *context__series(const struct page_request *req, const char *key, const char *plan,
		      const char *machine, const char *variant)
{
	return link__to(req, "history", key, plan, machine, variant, NULL);
}

static void put_commit(struct html *h, const struct page_request *req, const struct tags *t,
		       const char *before)
{
	if (!*tag(t, "commit"))
		return;
	html__fmt(h, "%scommit ", before);
	piece__commit(h, req, tag(t, "commit"));
	if (*tag(t, "subject"))
		html__fmt(h, " \xe2\x80\x9c%s\xe2\x80\x9d", tag(t, "subject"));
	if (*tag(t, "branch"))
		html__fmt(h, " (%s)", tag(t, "branch"));
}

/* The tag "date" of a campaign, else the time of its creation. */
static uint64_t date_of(const struct tags *t, const struct campaign *c)
{
	uint64_t ns;

	return *tag(t, "date") && !tag__date(tag(t, "date"), &ns) ? ns : c->created_ns;
}

/* "next: 6.18.15, cpu max; commit 1234 "subject"; nightly of 2026-11-21 05:40 UTC". */
static int put_side(struct store *st, struct html *h, const struct page_request *req,
		    const char *role, const struct report_variant *v, bool has_commit,
		    struct err *err)
{
	const struct campaign_variant *x = v->v;
	struct tags t;
	int ret = load_tags(st, v->campaign, &t, err);

	if (ret)
		return ret;
	html__fmt(h, "<dt>%s</dt><dd><strong>%s</strong>", role, v->label);
	if (*x->release)
		html__fmt(h, ": kernel %s <code title=\"hash of the kernel\">%.8s</code>",
			  x->release, x->kernel_hash);
	if (*x->cpu)
		html__fmt(h, ", cpu %s", x->cpu);
	if (*x->cmdline)
		html__fmt(h, ", <code>%s</code>", x->cmdline);
	if (has_commit)
		put_commit(h, req, &t, "; ");
	html__put(h, "; campaign ");
	piece__link(h, link__to(req, "campaign", v->campaign->uuid, NULL), v->campaign->name);
	if (v->n_parts > 1)
		html__fmt(h, " and %zu more", v->n_parts - 1);
	html__put(h, " of ");
	piece__date(h, date_of(&t, v->campaign));
	html__put(h, "</dd>\n");
	tags__release(&t);
	return 0;
}

/* Metrics for which a campaign has a page over all memory sizes or releases. */
static const struct {
	const char *metric, *page, *label;
} views[] = {
	{ "mem_total", "memory", "Over memory" },
	{ "kernel.map_instructions", "creation", "By memory and release" },
};

static void put_view(struct html *h, const struct page_request *req,
		     const struct report_variant *cand, const struct report_row *row)
{
	for (size_t i = 0; i < ARRAY_SIZE(views); i++)
		if (streq(row->metric->name, views[i].metric)) {
			html__put(h, " ");
			piece__link(h,
				    link__to(req, "campaign", cand->campaign->uuid, views[i].page,
					     NULL),
				    views[i].label);
		}
}

int context__links(struct store *st, struct html *h, const struct page_request *req,
		   const struct report *r, const struct report_block *b,
		   const struct report_row *row, struct err *err)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];
	_free_ char *c = context__side(cand), *a = context__side(base), *key = NULL;
	struct tags t;
	int ret = load_tags(st, cand->campaign, &t, err);

	if (ret)
		return ret;
	html__put(h, "<p class=\"parts\">");
	/* A static copy only has the comparisons of plans, and the interaction of a 2x2 has not
	 * just two sides. */
	if (!req->static_site && !b->factorial) {
		piece__link(h, link__to(req, "compare", c, a, NULL), "Whole comparison");
		html__put(h, " ");
		piece__link(h, link__to(req, "compare", a, c, NULL), "the other way round");
		html__put(h, " ");
	}
	if (row && !row->computed) {
		const char *plan = cand->campaign->name, *machine = machine_of(&t, cand->campaign);

		key = link__metric(row->workload, row->source, row->metric->name);
		piece__link(h, context__series(req, key, plan, machine, cand->v->name),
			    "History of this series");
		html__put(h, " ");
		piece__link(h, link__to(req, "history", key, NULL), "History of this metric");
		html__put(h, " ");
		piece__link(h, link__to(req, "metric", key, NULL), "About this metric");
		put_view(h, req, cand, row);
	}
	html__put(h, "</p>\n");
	tags__release(&t);
	return 0;
}

int context__put(struct store *st, struct html *h, const struct page_request *req,
		 const struct report *r, const struct report_block *b, const struct report_row *row,
		 struct err *err)
{
	const struct campaign *c = r->campaign, *other = r->other;
	_free_ char *plain = xasprintf("%s against %s", r->variants[b->candidate].label,
				       report_block__against(r, b));
	int ret;

	html__put(h, "<dl class=\"facts context\">\n");
	ret = put_side(st, h, req, "Candidate", &r->variants[b->candidate], true, err);
	/* The tag "commit" is about the candidate, so do not apply it to a baseline from the same
	 * campaign. */
	if (!ret)
		ret = put_side(st, h, req, "Baseline", &r->variants[b->baseline], other != NULL,
			       err);
	if (ret)
		return ret;
	if (b->factorial)
		piece__fact(h, "Question", "%s: what both factors do beyond what each does alone",
			    b->title);
	else if (*b->title && !streq(b->title, plain))
		piece__fact(h, "Question", "%s", b->title);
	piece__fact(h, "Where", "%s (%s)%s%s", c->host, c->target,
		    other && !streq(other->host, c->host) ? "; the baseline on " : "",
		    other && !streq(other->host, c->host) ? other->host : "");
	piece__fact(h, "Plan", "%s%s%s, %s", c->name,
		    other && !streq(other->name, c->name) ? " against " : "",
		    other && !streq(other->name, c->name) ? other->name : "", c->state);
	html__put(h, "</dl>\n");
	return context__links(st, h, req, r, b, row, err);
}

int context__commit(struct store *st, struct html *h, const struct page_request *req,
		    const struct campaign *c, struct err *err)
{
	struct tags t;
	int ret = load_tags(st, c, &t, err);

	if (ret)
		return ret;
	if (*tag(&t, "commit")) {
		html__put(h, "<p class=\"soft\">");
		put_commit(h, req, &t, "");
		html__put(h, "</p>\n");
	}
	tags__release(&t);
	return 0;
}

void context__failed(struct html *h, const struct page_request *req, const struct report *r)
{
	const struct campaign_boot *b = report__first_failed(r);
	char n[16];

	if (!b)
		return;
	snprintf(n, sizeof(n), "%u", b->slot + 1);
	html__put(h, "<p>");
	piece__link(h, link__to(req, "campaign", r->campaign->uuid, "boot", n, "console", NULL),
		    "Console of the first boot that failed");
	html__put(h, ", ");
	piece__link(h, link__to(req, "campaign", r->campaign->uuid, "boot", n, NULL), "the boot");
	html__put(h, "</p>\n");
}
