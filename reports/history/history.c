// SPDX-License-Identifier: GPL-2.0-only
/* history.c - share a history between owners, and find a change in it. */
#include "reports/history/history.h"
#include "reports/history/index.h"

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

void history_point__release(struct history_point *p)
{
	free(p->running);
	free(p->restart);
}

static void free_stream(struct history_stream *s)
{
	for (size_t i = 0; i < s->n_points; i++)
		history_point__release(&s->points[i]);
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

/* A part of another history owns its array of streams, but neither what they point to nor the
 * notes. */
void history__free(struct history *h)
{
	if (!h || atomic_fetch_sub(&h->refs, 1) > 1)
		return;
	for (size_t i = 0; !h->of && i < h->n_streams; i++)
		free_stream(&h->streams[i]);
	free(h->streams);
	if (!h->of)
		change_note__free(h->notes, h->n_notes);
	names__release(&h->texts);
	history_index__free(h->index);
	history__free(h->of);
	free(h);
}

/* The beginning of an id will do, when it is that of one change only. */
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
				"there is no change '%s'; `kduel changes --all` lists them", id);
	if (hits > 1)
		return err__set(err, -EINVAL,
				"'%s' is the beginning of the ids of %zu changes: give more of it",
				id, hits);
	return 0;
}
