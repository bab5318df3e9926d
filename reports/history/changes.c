// SPDX-License-Identifier: GPL-2.0-only
/* changes.c - finds the changes of a stream and attaches the notes about them. */
#include "reports/history/changes.h"
#include "reports/history/index.h"

#include "lib/hash.h"

#include <math.h>

#define NEAR 3 /* points by which a change may move so that a note still applies */
#define SLOPE_POINTS 90 /* most points over which the slope is computed, up to the last one */

static const char *const names[CHANGE_STATES] = {
	[CHANGE_PROVISIONAL] = "provisional",
	[CHANGE_CONFIRMED] = "confirmed",
	[CHANGE_DISMISSED] = "dismissed",
	[CHANGE_EXPECTED] = "expected",
	[CHANGE_FIXED] = "fixed",
	[CHANGE_RESTART] = "restart",
};

const char *change_state__name(enum change_state s)
{
	return names[s];
}

/* Index of the point of a campaign; n_points if it no longer exists. */
static size_t point_of(const struct history_stream *s, const char *campaign)
{
	size_t i = 0;

	while (i < s->n_points && !streq(s->points[i].campaign, campaign))
		i++;
	return i;
}

/* Mark the points at which a new baseline begins: declared by a tag or by a note, or due to a new
 * version of the source. Also sets the points' restart texts. The caller frees. */
static bool *find_restarts(const struct history *h, struct history_stream *s)
{
	bool *restart = xcalloc(s->n_points, sizeof(*restart));

	for (size_t i = 0; i < h->n_notes; i++) {
		const struct change_note *n = &h->notes[i];
		size_t at = streq(n->stream, s->key) && streq(n->state, "expected") ?
				    point_of(s, n->campaign) :
				    s->n_points;

		if (at < s->n_points && !s->points[at].restart)
			s->points[at].restart = xasprintf("expected: %s", n->text);
	}
	for (size_t i = 1; i < s->n_points; i++) {
		struct history_point *p = &s->points[i];

		if (p->version != p[-1].version && !p->restart)
			p->restart = xasprintf("version of %s: %u, was %u", s->source, p->version,
					       p[-1].version);
		restart[i] = p->restart != NULL;
	}
	return restart;
}

/* The least step that counts: the margins of the metric, but at least 2 % if relative, since nights
 * differ by more than the boots of a campaign. */
static struct changepoint_params params_of(const struct history_stream *s)
{
	struct changepoint_params p = changepoint__defaults;

	if (s->metric.margin_abs > 0 && (s->share > 0 || !streq(s->unit, "ratio"))) {
		p.guard_abs = s->metric.margin_abs;
		p.guard_both = s->metric.margin_rel > 0;
	}
	p.guard_rel = fmax(p.guard_rel, s->metric.margin_rel);
	return p;
}

/* Distance in points between a note and a change; 0 within the range where the change may have
 * happened. */
static size_t distance(const struct change *c, size_t at)
{
	if (at >= c->first && at <= c->last)
		return 0;
	return at > c->at ? at - c->at : c->at - at;
}

/* The change that a note on point `at` refers to, or NULL. */
static struct history_change *nearest(struct history_stream *s, size_t at)
{
	struct history_change *best = NULL;

	for (size_t i = 0; i < s->n_changes; i++) {
		struct history_change *c = &s->changes[i];

		if (distance(&c->c, at) <= NEAR &&
		    (!best || distance(&c->c, at) < distance(&best->c, at)))
			best = c;
	}
	return best;
}

/* The current value of a field (assignee, bug) after a note: an empty `word` keeps it, NOTE_NONE
 * clears it. */
static const char *newest_word(const char *before, const char *word)
{
	return !*word ? before : streq(word, NOTE_NONE) ? "" : word;
}

/* Attach a note. Its state, if it has one, becomes that of the change; notes come oldest first, so
 * the last one counts. A restart keeps its state. */
static void apply_note(struct history_change *c, const struct change_note *n)
{
	*APPEND(c->notes, c->n_notes) = *n;
	c->assignee = newest_word(c->assignee, n->assignee);
	c->bug = newest_word(c->bug, n->bug);
	for (int i = 0; i < CHANGE_STATES; i++)
		if (streq(n->state, names[i]) && !c->c.reset)
			c->state = (enum change_state)i;
}

/* Attach the notes of a stream. Those whose change is no longer found, because of new data or a new
 * method, count as orphans. */
static void apply_notes(struct history *h, struct history_stream *s)
{
	for (size_t i = 0; i < h->n_notes; i++) {
		struct history_change *c;
		size_t at;

		if (!streq(h->notes[i].stream, s->key))
			continue;
		at = point_of(s, h->notes[i].campaign);
		c = at < s->n_points ? nearest(s, at) : NULL;
		if (c)
			apply_note(c, &h->notes[i]);
		else
			s->n_orphans++;
	}
	h->n_orphans += s->n_orphans;
}

/* The id must be stable when points are added: it is a 40-bit hash, in hexadecimal, of the stream
 * and of the first campaign at the new level. */
static void add_change(struct history_stream *s, const struct change *c)
{
	const struct history_point *p = &s->points[c->at];
	struct history_change *out = &s->changes[s->n_changes++];
	_free_ char *key = xasprintf("%s\t%s", s->key, p->campaign);

	*out = (struct history_change){ .c = *c,
					.assignee = "",
					.bug = "",
					.size = { c->pct, c->lo_pct, c->hi_pct, NAN, "%" } };
	if (s->share > 0) {
		double k = s->share * fabs(c->before) / 100;

		out->size = (struct effect){ s->share * (c->after - c->before), k * c->lo_pct,
					     k * c->hi_pct, NAN, "points" };
		out->c.pct = out->c.lo_pct = out->c.hi_pct = NAN;
	}
	snprintf(out->id, sizeof(out->id), "%010llx", (unsigned long long)(hash__text(key) >> 24));
	out->worse = (c->after > c->before) != (s->metric.better == BETTER_HIGHER);
	if (c->reset)
		out->state = str_starts(p->restart, "expected") ? CHANGE_EXPECTED : CHANGE_RESTART;
}

void history_changes__find(struct history *h, struct history_stream *s)
{
	_free_ double *v = xcalloc(s->n_points, sizeof(*v));
	_free_ bool *restart = find_restarts(h, s);
	struct changepoint_params params = params_of(s);
	_free_ struct change *list = NULL;
	size_t n, from;

	if (s->basis == BASIS_EMULATED)
		return;
	for (size_t i = 0; i < s->n_points; i++)
		v[i] = s->points[i].value;
	changepoint__offline(v, restart, s->n_points, &params, &list, &n);
	/* Within the current level only, as a step would look like a slope; and over the last
	 * points only, as a drift of years ago does not matter today. */
	from = n ? list[n - 1].at : 0;
	if (s->n_points - from > SLOPE_POINTS)
		from = s->n_points - SLOPE_POINTS;
	s->n_slope = s->n_points - from;
	s->slope = changepoint__slope(v + from, s->n_slope, s->share);
	s->drifts = changepoint__drifts(v + from, s->n_slope, &params);
	s->changes = xcalloc(n, sizeof(*s->changes));
	for (size_t i = 0; i < n; i++)
		add_change(s, &list[i]);
	apply_notes(h, s);
}

bool history_change__open(const struct history_change *c)
{
	return c->state == CHANGE_PROVISIONAL || c->state == CHANGE_CONFIRMED;
}

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
	const struct history_index *x = h->index;
	size_t n = 0;

	*list = NULL;
	for (size_t i = 0; x && i < x->n_changes; i++)
		if (all || history_change__open(x->changes[i].c))
			*APPEND(*list, n) = x->changes[i];
	if (x)
		return n;
	for (size_t i = 0; i < h->n_streams; i++) {
		const struct history_stream *s = &h->streams[i];

		for (size_t k = 0; k < s->n_changes; k++) {
			if (!all && !history_change__open(&s->changes[k]))
				continue;
			*APPEND(*list, n) = (struct listed_change){ s, &s->changes[k] };
		}
	}
	if (n)
		qsort(*list, n, sizeof(**list), newest_first);
	return n;
}
