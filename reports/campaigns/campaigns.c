// SPDX-License-Identifier: GPL-2.0-only
/* campaigns.c - lists of campaigns with their tags, and filters on them. */
#include "reports/campaigns/campaigns.h"
#include "reports/store/claim.h"

#include <ctype.h>
#include <stdatomic.h>

struct campaign_rows {
	atomic_uint refs;
	struct campaign_brief *briefs; /* newest first */
	size_t n_briefs;
	struct campaign_tags *tags; /* ordered by campaign id */
	size_t n_tagged;
	/* One per brief: in the order of briefs, and by date_ns. */
	struct campaign_line *lines, *by_date;
};

/* Case-insensitive substring match. */
static bool has(const char *text, const char *part)
{
	return strcasestr(text, part);
}

/* Likewise without splitting numbers: "6.1" matches "6.1.7" but not "6.12", and "m1" not "m10". */
static bool has_whole(const char *text, const char *part)
{
	size_t len = strlen(part);

	for (const char *at = text; (at = strcasestr(at, part)) && *at; at++)
		if (!len ||
		    ((at == text || !isdigit((unsigned char)at[-1]) ||
		      !isdigit((unsigned char)at[0])) &&
		     (!isdigit((unsigned char)at[len - 1]) || !isdigit((unsigned char)at[len]))))
			return true;
	return !len;
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

/* Does anything that is listed about the campaign contain this word? */
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
	       (!f->machine || tag__is_machine(l->machine, f->machine) ||
		has_whole(c->host, f->machine)) &&
	       (!f->kernel || has_whole(c->kernels, f->kernel)) &&
	       (!f->tag || fits_tag(l, f->tag)) && (!f->from_ns || l->date_ns >= f->from_ns) &&
	       (!f->to_ns || l->date_ns <= f->to_ns) && (!f->search || fits_search(l, f->search));
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

/* By displayed date; ties by id, newest first. */
static int newest_first(const void *x, const void *y)
{
	const struct campaign_line *a = x, *b = y;

	if (a->date_ns != b->date_ns)
		return a->date_ns > b->date_ns ? -1 : 1;
	return a->c->id > b->c->id ? -1 : a->c->id < b->c->id;
}

static void unref_rows(struct campaign_rows *r)
{
	if (!r || atomic_fetch_sub(&r->refs, 1) > 1)
		return;
	campaign_brief__free(r->briefs, r->n_briefs);
	campaign_tags__free(r->tags, r->n_tagged);
	free(r->lines);
	free(r->by_date);
	free(r);
}

static struct campaign_rows *ref_rows(struct campaign_rows *r)
{
	if (r)
		atomic_fetch_add(&r->refs, 1);
	return r;
}

/* Parse dates and sort once rather than for each page. */
static void make_lines(struct campaign_rows *r)
{
	r->lines = xcalloc(r->n_briefs + 1, sizeof(*r->lines));
	for (size_t i = 0; i < r->n_briefs; i++)
		r->lines[i] = campaign_line__of(&r->briefs[i], r->tags, r->n_tagged);
	r->by_date = xcalloc(r->n_briefs + 1, sizeof(*r->by_date));
	memcpy(r->by_date, r->lines, r->n_briefs * sizeof(*r->lines));
	qsort(r->by_date, r->n_briefs, sizeof(*r->by_date), newest_first);
}

static int load_rows(struct store *st, struct campaign_rows **out, struct err *err)
{
	struct campaign_rows *r = xcalloc(1, sizeof(*r));
	int ret;

	atomic_init(&r->refs, 1);
	ret = store__list(st, &r->briefs, &r->n_briefs, err);
	if (!ret)
		ret = store__all_tags(st, &r->tags, &r->n_tagged, err);
	if (ret) {
		unref_rows(r);
		r = NULL;
	} else {
		make_lines(r);
	}
	*out = r;
	return ret;
}

/* Takes ownership of the reference to `rows`. */
static void choose(struct campaign_rows *rows, const struct campaign_filter *f,
		   struct campaign_list *out)
{
	*out = (struct campaign_list){ .rows = rows, .n_all = rows->n_briefs };
	for (size_t i = 0; i < rows->n_briefs; i++) {
		const struct campaign_line *line = f->by_date ? &rows->by_date[i] : &rows->lines[i];

		if (fits(f, line))
			*APPEND(out->v, out->n) = *line;
	}
	out->n_fit = out->n;
	if (f->limit && out->n > f->limit)
		out->n = f->limit;
}

int campaign_list__load(struct store *st, const struct campaign_filter *f,
			struct campaign_list *out, struct err *err)
{
	return campaign_cache__get(NULL, 0, st, f, out, err);
}

void campaign_list__release(struct campaign_list *l)
{
	unref_rows(l->rows);
	free(l->v);
	*l = (struct campaign_list){ 0 };
}

void campaign_cache__init(struct campaign_cache *k)
{
	*k = (struct campaign_cache){ 0 };
	pthread_mutex_init(&k->lock, NULL);
}

void campaign_cache__release(struct campaign_cache *k)
{
	unref_rows(k->rows);
	pthread_mutex_destroy(&k->lock);
}

/* Whether a campaign is running also depends on its process, which no change of the database
 * reflects; so check the running ones, which are few, on every access. */
static bool still_run(struct store *st, const struct campaign_rows *r)
{
	struct err err;

	for (size_t i = 0; i < r->n_briefs; i++)
		if (streq(r->briefs[i].state, "running") &&
		    store__still_runs(st, r->briefs[i].uuid, &err) != 1)
			return false;
	return true;
}

/* The cached rows for this state, with a reference for the caller; NULL if there are none. */
static struct campaign_rows *kept_rows(struct campaign_cache *k, uint64_t state, struct store *st)
{
	struct campaign_rows *rows;

	if (!k)
		return NULL;
	pthread_mutex_lock(&k->lock);
	rows = k->state >= state ? ref_rows(k->rows) : NULL;
	pthread_mutex_unlock(&k->lock);
	if (!rows || still_run(st, rows))
		return rows;
	unref_rows(rows);
	return NULL;
}

static void keep_rows(struct campaign_cache *k, uint64_t state, struct campaign_rows *rows)
{
	if (!k)
		return;
	pthread_mutex_lock(&k->lock);
	if (!k->rows || k->state <= state) {
		unref_rows(k->rows);
		k->rows = ref_rows(rows);
		k->state = state;
	}
	pthread_mutex_unlock(&k->lock);
}

int campaign_cache__get(struct campaign_cache *k, uint64_t state, struct store *st,
			const struct campaign_filter *f, struct campaign_list *out, struct err *err)
{
	struct campaign_rows *rows = kept_rows(k, state, st);
	int ret = 0;

	*out = (struct campaign_list){ 0 };
	if (!rows) {
		ret = load_rows(st, &rows, err);
		if (ret)
			return ret;
		keep_rows(k, state, rows);
	}
	choose(rows, f, out);
	return 0;
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
