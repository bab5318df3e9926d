// SPDX-License-Identifier: GPL-2.0-only
/* index.c - finds the streams of a metric, or of the plan and machine of a campaign. */
#include "reports/history/index.h"

/* Add a stream to the list of its metric. */
static void add_metric(struct history_index *x, const struct history_stream *s, size_t number)
{
	_free_ char *name = xasprintf("%s/%s", s->workload, s->name);
	size_t before = x->metrics.n;
	uint32_t at = names__add(&x->metrics, name);

	if (at == before) {
		GROW(x->of_metric, before);
		x->of_metric[at] = (struct stream_numbers){ 0 };
	}
	*APPEND(x->of_metric[at].v, x->of_metric[at].n) = (uint32_t)number;
}

static bool has_moved(const struct history_stream *s)
{
	for (size_t i = 0; i < s->n_changes; i++)
		if (history_change__open(&s->changes[i]))
			return true;
	return false;
}

static void add_primary(struct history_index *x, const struct history *h, bool moved)
{
	for (size_t i = 0; i < h->n_streams; i++) {
		const struct history_stream *s = &h->streams[i];

		if (s->metric.primary && s->n_points > 1 && has_moved(s) == moved)
			APPEND(x->primary, x->n_primary)->s = s;
	}
}

struct history_index *history_index__make(const struct history *h)
{
	struct history_index *x = xcalloc(1, sizeof(*x));

	for (size_t i = 0; i < h->n_streams; i++) {
		const struct history_stream *s = &h->streams[i];
		bool same = i && streq(s->machine, s[-1].machine);

		add_metric(x, s, i);
		/* Sorted by plan and machine: skip repeats. */
		if (!same)
			strvec__push(&x->machines, s->machine);
	}
	strvec__sort_unique(&x->machines);
	x->n_changes = history_changes__list(h, true, &x->changes);
	add_primary(x, h, true);
	add_primary(x, h, false);
	return x;
}

void history_index__free(struct history_index *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->metrics.n; i++)
		free(x->of_metric[i].v);
	free(x->of_metric);
	free(x->changes);
	free(x->primary);
	names__release(&x->metrics);
	strvec__release(&x->machines);
	free(x);
}

/* Number of streams whose key sorts before `prefix`; with `beyond`, also of those that start with
 * it. */
static size_t count_before(const struct history *h, const char *prefix, bool beyond)
{
	size_t lo = 0, hi = h->n_streams, len = strlen(prefix);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int order = strncmp(h->streams[mid].key, prefix, len);

		if (order < 0 || (beyond && !order))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int history_campaign__compare(const void *a, const void *b)
{
	const struct history_campaign *x = a, *y = b;

	return strcmp(x->uuid, y->uuid);
}

struct history_range history_index__find(const struct history *h, struct history_filter *f)
{
	const struct history_index *x = h->index;
	struct history_range r = { .streams = h->streams, .n = h->n_streams };
	uint32_t at;

	if (f->campaign) {
		const struct history_campaign key = { .uuid = f->campaign }, *c;
		_free_ char *prefix = NULL;

		c = h->n_campaigns ? bsearch(&key, h->campaigns, h->n_campaigns, sizeof(key),
					     history_campaign__compare) :
				     NULL;
		if (!c)
			return (struct history_range){ 0 };
		f->plan = c->plan;
		f->machine = c->machine;
		prefix = xasprintf("%s\t%s\t", f->plan, f->machine);
		r.at = count_before(h, prefix, false);
		r.n = count_before(h, prefix, true) - r.at;
		return r;
	}
	/* A metric without its workload is not indexed: search all streams. */
	at = f->metric ? names__find(&x->metrics, f->metric) : NAMES_NONE;
	if (at != NAMES_NONE) {
		r.numbers = x->of_metric[at].v;
		r.n = x->of_metric[at].n;
	}
	return r;
}
