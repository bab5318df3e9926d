// SPDX-License-Identifier: GPL-2.0-only
/* recent.c - finds the last campaigns of a variant in the history, for the sparkline of each
 * row. */
#include "reports/pages/recent.h"
#include "reports/history/history.h"
#include "reports/web/cache.h"

/* All streams of the candidate's variant that contain this campaign. */
int recent__load(struct store *st, const struct page_request *req, const struct report *r,
		 const struct report_block *b, struct recent *out, struct err *err)
{
	const struct report_variant *v = &r->variants[b->candidate];
	const struct history_filter f = { .variant = v->v->name, .campaign = v->campaign->uuid };
	int ret;

	*out = (struct recent){ 0 };
	ret = page__history(st, req, &f, &out->history, err);
	if (ret)
		return ret;
	out->list = xcalloc(out->history->n_streams + 1, sizeof(*out->list));
	for (size_t i = 0; i < out->history->n_streams; i++) {
		const struct history_stream *s = &out->history->streams[i];
		size_t end = s->n_points;

		/* Search from the end, as most pages show new campaigns. */
		while (end > 0 && !streq(s->points[end - 1].campaign, v->campaign->uuid))
			end--;
		if (!end)
			continue;
		out->list[out->n++] = (struct recent_stream){ s, end - 1 };
		out->several = out->several || end > 1;
	}
	return 0;
}

void recent__release(struct recent *r)
{
	history__free(r->history);
	free(r->list);
	*r = (struct recent){ 0 };
}

/* The stream of a row. The basis must match: emulated times must not continue measured ones. */
static const struct recent_stream *find_stream(const struct recent *r, const struct report_row *row)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct history_stream *s = r->list[i].s;

		if (streq(s->name, row->metric->name) && streq(s->workload, row->workload) &&
		    streq(s->source, row->source) && s->basis == row->basis)
			return &r->list[i];
	}
	return NULL;
}

const struct history_stream *recent__stream(const struct recent *r, const struct report_row *row)
{
	const struct recent_stream *found = find_stream(r, row);

	return found ? found->s : NULL;
}

/* Values of different versions of the workload or collector are not comparable, so the line begins
 * with the current version. */
size_t recent__values(const struct recent *r, const struct report_row *row,
		      double v[RECENT_CAMPAIGNS])
{
	const struct recent_stream *found = find_stream(r, row);
	size_t first = found ? found->at : 0, n = 0;

	if (!found)
		return 0;
	while (first > 0 && found->at - first + 1 < RECENT_CAMPAIGNS &&
	       found->s->points[first - 1].version == found->s->points[found->at].version)
		first--;
	for (size_t i = first; i <= found->at; i++)
		v[n++] = found->s->points[i].value;
	return n > 1 ? n : 0;
}
