// SPDX-License-Identifier: GPL-2.0-only
/* history_list.c - the changes of many streams in one list. */
#include "reports/render/history.h"

static int newest_first(const void *a, const void *b)
{
	const struct listed_change *x = a, *y = b;
	uint64_t dx = x->s->points[x->c->c.at].date_ns, dy = y->s->points[y->c->c.at].date_ns;

	if (dx != dy)
		return dx > dy ? -1 : 1;
	return strcmp(x->s->key, y->s->key);
}

size_t history_changes__list(const struct history *h, bool all, struct listed_change **list)
{
	size_t n = 0;

	*list = NULL;
	for (size_t i = 0; i < h->n_streams; i++) {
		const struct history_stream *s = &h->streams[i];

		for (size_t k = 0; k < s->n_changes; k++) {
			if (!all && !history_change__open(&s->changes[k]))
				continue;
			*list = xrealloc(*list, n + 1, sizeof(**list));
			(*list)[n++] = (struct listed_change){ s, &s->changes[k] };
		}
	}
	if (n)
		qsort(*list, n, sizeof(**list), newest_first);
	return n;
}
