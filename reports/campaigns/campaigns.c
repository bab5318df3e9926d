// SPDX-License-Identifier: GPL-2.0-only
/* campaigns.c - campaigns with their tags, and choosing among them. */
#include "reports/campaigns/campaigns.h"

/* Is `part` somewhere in `text`, as people type it? */
static bool has(const char *text, const char *part)
{
	return strcasestr(text, part);
}

static bool fits_tag(const struct campaign_line *l, const char *want)
{
	size_t len = strcspn(want, "=");

	for (size_t i = 0; i < l->n_tags; i++) {
		const struct campaign_tag *tag = &l->tags[i];

		if (strlen(tag->key) == len && !strncmp(tag->key, want, len) &&
		    (!want[len] || streq(tag->value, want + len + 1)))
			return true;
	}
	return false;
}

/* One word of a search. */
static bool mentions(const struct campaign_line *l, const char *word)
{
	const struct campaign_brief *c = l->c;

	if (str_starts(c->uuid, word) || has(c->name, word) || has(c->plan, word) ||
	    has(c->host, word) || has(c->target, word) || has(c->variants, word) ||
	    has(c->kernels, word) || has(c->state, word))
		return true;
	for (size_t i = 0; i < l->n_tags; i++)
		if (has(l->tags[i].value, word))
			return true;
	return false;
}

static bool fits_search(const struct campaign_line *l, const char *search)
{
	_free_ char *text = xstrdup(search);
	char *save = NULL;

	for (char *w = strtok_r(text, " \t", &save); w; w = strtok_r(NULL, " \t", &save))
		if (!mentions(l, w))
			return false;
	return true;
}

static bool fits(const struct campaign_filter *f, const struct campaign_line *l)
{
	const struct campaign_brief *c = l->c;

	return (!f->plan || streq(f->plan, c->name) || streq(f->plan, c->plan)) &&
	       (!f->machine || str_starts(l->machine, f->machine) || has(c->host, f->machine)) &&
	       (!f->kernel || has(c->kernels, f->kernel)) && (!f->tag || fits_tag(l, f->tag)) &&
	       (!f->from_ns || l->date_ns >= f->from_ns) && (!f->to_ns || l->date_ns <= f->to_ns) &&
	       (!f->search || fits_search(l, f->search));
}

struct campaign_line campaign_line__of(const struct campaign_brief *c,
				       const struct campaign_tags *tags, size_t n)
{
	struct campaign_line line = { .c = c, .machine = c->host, .date_ns = c->created_ns };
	size_t lo = 0, hi = n;
	const char *text;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (tags[mid].campaign < c->id)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < n && tags[lo].campaign == c->id) {
		line.tags = tags[lo].tags;
		line.n_tags = tags[lo].n;
	}
	text = campaign_line__tag(&line, "machine");
	line.machine = *text ? text : line.machine;
	text = campaign_line__tag(&line, "date");
	if (!*text || tag__date(text, &line.date_ns))
		line.date_ns = c->created_ns;
	return line;
}

/* By the date that is shown; the newest in the database first where it is the same. */
static int newest_first(const void *x, const void *y)
{
	const struct campaign_line *a = x, *b = y;

	if (a->date_ns != b->date_ns)
		return a->date_ns > b->date_ns ? -1 : 1;
	return a->c->id > b->c->id ? -1 : a->c->id < b->c->id;
}

int campaign_list__load(struct store *st, const struct campaign_filter *f,
			struct campaign_list *out, struct err *err)
{
	int ret;

	*out = (struct campaign_list){ 0 };
	ret = store__list(st, &out->briefs, &out->n_briefs, err);
	if (!ret)
		ret = store__all_tags(st, &out->tags, &out->n_tagged, err);
	if (ret) {
		campaign_list__release(out);
		return ret;
	}
	for (size_t i = 0; i < out->n_briefs; i++) {
		struct campaign_line line = campaign_line__of(&out->briefs[i], out->tags,
							      out->n_tagged);

		if (fits(f, &line))
			*APPEND(out->v, out->n) = line;
	}
	if (out->n && f->by_date)
		qsort(out->v, out->n, sizeof(*out->v), newest_first);
	out->n_fit = out->n;
	if (f->limit && out->n > f->limit)
		out->n = f->limit;
	return 0;
}

void campaign_list__release(struct campaign_list *l)
{
	campaign_brief__free(l->briefs, l->n_briefs);
	campaign_tags__free(l->tags, l->n_tagged);
	free(l->v);
	*l = (struct campaign_list){ 0 };
}

const char *campaign_line__tag(const struct campaign_line *l, const char *key)
{
	const char *value = campaign_tag__find(l->tags, l->n_tags, key);

	return value ? value : "";
}

bool campaign_line__is_aa(const struct campaign_line *l)
{
	return str_ends(l->c->plan, "-aa");
}
