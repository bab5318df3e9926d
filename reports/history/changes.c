// SPDX-License-Identifier: GPL-2.0-only
/* changes.c - the changes of a stream and the notes about them. */
#include "reports/history/changes.h"
#include "reports/history/index.h"

#include "lib/hash.h"

#include <math.h>

#define NEAR 3 /* a note still applies if its change moved by at most so many points */
#define SLOPE_POINTS 90 /* the slope is that of so many last points */

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

/* Index of the point of a campaign, or n_points: it may have been left out since the note was
 * written. */
static size_t point_of(const struct history_stream *s, const char *campaign)
{
	size_t i = 0;

	while (i < s->n_points && !streq(s->points[i].campaign, campaign))
		i++;
	return i;
}

/* Where new baselines begin: declared by a tag, by a note on a change, or by a new version of
 * what measures. Fills the points' restart texts as well. The caller frees. */
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

/* How large a step must be to count. A metric with an absolute margin says itself what matters;
 * a relative one below 2 % does not, since nights differ by more than the boots of a campaign. */
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

/* Points between a note and a change; within the range where the change may have happened it is
 * 0. */
static size_t distance(const struct change *c, size_t at)
{
	if (at >= c->first && at <= c->last)
		return 0;
	return at > c->at ? at - c->at : c->at - at;
}

/* The change that a note on point `at` is about, or NULL. */
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

/* What is said of something now: `before`, unless the note says another thing. */
static const char *newest_word(const char *before, const char *word)
{
	return !*word ? before : streq(word, NOTE_NONE) ? "" : word;
}

/* Attach a note. Unless it is a plain one, its state becomes that of the change: notes come
 * oldest first, so the last word counts. A declared restart keeps its state. */
static void apply_note(struct history_change *c, const struct change_note *n)
{
	*APPEND(c->notes, c->n_notes) = *n;
	c->assignee = newest_word(c->assignee, n->assignee);
	c->bug = newest_word(c->bug, n->bug);
	for (int i = 0; i < CHANGE_STATES; i++)
		if (streq(n->state, names[i]) && !c->c.reset)
			c->state = (enum change_state)i;
}

/* Notes whose change is no longer found, because data were added or the method changed, are
 * counted as orphans. */
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

/* The id must not change when points are added: it is a hash of the stream and of the campaign
 * with which the new level begins, 40 bits of it in hexadecimal. */
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
	/* Within the present level: across a step, the slope would be the step spread over points.
	 * Over the last points only: what happened years ago is not what the reader asks. */
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
