// SPDX-License-Identifier: GPL-2.0-only
/* history.c - reference counts of histories, and a search for changes by id. */
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

struct history_stream history_stream__ref(const struct history_stream *s)
{
	atomic_fetch_add(s->refs, 1);
	return *s;
}

static void free_stream(struct history_stream *s)
{
	if (atomic_fetch_sub(s->refs, 1) > 1)
		return;
	free(s->refs);
	for (size_t i = 0; i < s->n_points; i++)
		history_point__release(&s->points[i]);
	for (size_t i = 0; i < s->n_changes; i++)
		free(s->changes[i].notes);
	free(s->points);
	free(s->changes);
}

const char *history_texts__add(struct history_texts *texts, const char *text)
{
	uint32_t at = names__add(&texts->names, text); /* may reallocate names.v */

	return texts->names.v[at];
}

static void unref_texts(struct history_texts *texts)
{
	if (!texts || atomic_fetch_sub(&texts->refs, 1) > 1)
		return;
	names__release(&texts->names);
	free(texts);
}

/* A part of another history (h->of) owns its array of streams, but not the streams' data or the
 * notes. */
void history__free(struct history *h)
{
	if (!h || atomic_fetch_sub(&h->refs, 1) > 1)
		return;
	for (size_t i = 0; !h->of && i < h->n_streams; i++)
		free_stream(&h->streams[i]);
	free(h->streams);
	if (!h->of)
		free(h->notes);
	unref_texts(h->texts);
	free(h->sides);
	free(h->campaigns);
	history_index__free(h->index);
	history__free(h->of);
	free(h);
}

/* A unique prefix of an id is enough. */
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
				"'%s' is the start of the ids of %zu changes: give more digits", id,
				hits);
	return 0;
}
