// SPDX-License-Identifier: GPL-2.0-only
/* history.c - build a history and share it between owners. */
#include "reports/history/changes.h"
#include "reports/history/load.h"

static int compare_points(const void *a, const void *b)
{
	const struct history_point *x = a, *y = b;

	if (x->date_ns != y->date_ns)
		return x->date_ns < y->date_ns ? -1 : 1;
	if (x->created_ns != y->created_ns)
		return x->created_ns < y->created_ns ? -1 : 1;
	return strcmp(x->campaign, y->campaign);
}

static int compare_streams(const void *a, const void *b)
{
	return strcmp(((const struct history_stream *)a)->key,
		      ((const struct history_stream *)b)->key);
}

struct history *history__new(void)
{
	struct history *h = xcalloc(1, sizeof(*h));

	atomic_init(&h->refs, 1);
	return h;
}

struct history *history__ref(struct history *h)
{
	atomic_fetch_add(&h->refs, 1);
	return h;
}

int history__build(struct store *st, const struct history_filter *f, struct history **out,
		   struct err *err)
{
	struct history *h = history__new();
	int ret = store__change_notes(st, &h->notes, &h->n_notes, err);

	*out = NULL;
	if (!ret)
		ret = history_load__points(st, f, h, err);
	if (ret) {
		history__free(h);
		return ret;
	}
	if (h->n_streams)
		qsort(h->streams, h->n_streams, sizeof(*h->streams), compare_streams);
	for (size_t i = 0; i < h->n_streams; i++) {
		struct history_stream *s = &h->streams[i];

		qsort(s->points, s->n_points, sizeof(*s->points), compare_points);
		/* A copy keeps pointing to its own strings. */
		s->metric.name = s->name;
		s->metric.unit = s->unit;
		s->metric.per = NULL; /* that of a series that is gone */
		history_changes__find(h, s);
	}
	*out = h;
	return 0;
}

static void free_stream(struct history_stream *s)
{
	for (size_t i = 0; i < s->n_points; i++) {
		free(s->points[i].campaign);
		free(s->points[i].commit);
		free(s->points[i].branch);
		free(s->points[i].restart);
	}
	for (size_t i = 0; i < s->n_changes; i++)
		free(s->changes[i].notes);
	free(s->points);
	free(s->changes);
	free(s->key);
	free(s->plan);
	free(s->machine);
	free(s->variant);
	free(s->workload);
	free(s->source);
	free(s->name);
	free(s->unit);
}

void history__free(struct history *h)
{
	if (!h || atomic_fetch_sub(&h->refs, 1) > 1)
		return;
	for (size_t i = 0; !h->of && i < h->n_streams; i++)
		free_stream(&h->streams[i]);
	free(h->streams);
	if (!h->of)
		change_note__free(h->notes, h->n_notes);
	history__free(h->of);
	free(h);
}

int history__find(const struct history *h, const char *id, const struct history_stream **stream,
		  const struct history_change **change, struct err *err)
{
	size_t hits = 0;

	for (size_t i = 0; i < h->n_streams; i++) {
		for (size_t k = 0; k < h->streams[i].n_changes; k++) {
			if (!str_starts(h->streams[i].changes[k].id, id))
				continue;
			*stream = &h->streams[i];
			*change = &h->streams[i].changes[k];
			hits++;
		}
	}
	if (!*id || !hits)
		return err__set(err, -ENOENT,
				"there is no change '%s'; `kduel changes --all` lists "
				"them",
				id);
	if (hits > 1)
		return err__set(err, -EINVAL,
				"'%s' is the beginning of the ids of %zu changes: give "
				"more of it",
				id, hits);
	return 0;
}
