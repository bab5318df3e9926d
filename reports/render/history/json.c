// SPDX-License-Identifier: GPL-2.0-only
/* json.c - histories and changes as JSON. */
#include "reports/render/history/json.h"
#include "reports/history/changes.h"
#include "reports/render/history/columns.h"
#include "reports/render/json.h"

#include <math.h>

static json_t *place_json(const struct history_stream *s, size_t at)
{
	static const struct column columns[] = { PLACE_COLUMNS(0), { 0 } };

	return columns__json(columns, (const void *const[]){ &s->points[at] });
}

static json_t *change_json(const struct history_stream *s, const struct history_change *hc)
{
	static const struct column name_columns[] = { CHANGE_NAME_COLUMNS(0),
						      CHANGE_CARE_COLUMNS(0),
						      { 0 } };
	static const struct column size_columns[] = { CHANGE_SIZE_COLUMNS(0), { 0 } };
	const struct change *c = &hc->c;
	const char *restart = s->points[c->at].restart;
	const void *const record[] = { hc };
	json_t *o = columns__json(name_columns, record), *notes = json_array();

	json_object_set_new(o, "at", place_json(s, c->at));
	json_object_set_new(o, "alarm", place_json(s, c->alarm));
	/* The change is due to one of the commits later than "after", up to and including
	 * "last". */
	json_object_set_new(o, "after", c->first ? place_json(s, c->first - 1) : json_null());
	json_object_set_new(o, "last", place_json(s, c->last));
	json_object_set_new(o, "restart", restart ? json__text(restart) : json_null());
	json_object_update_new(o, columns__json(size_columns, record));
	for (size_t i = 0; i < hc->n_notes; i++)
		json_array_append_new(notes, json_pack("{s:s, s:o, s:I, s:o, s:o, s:o}", "state",
						       hc->notes[i].state, "text",
						       json__text(hc->notes[i].text), "made_ns",
						       (json_int_t)hc->notes[i].made_ns, "author",
						       json__text(hc->notes[i].author), "assignee",
						       json__text(hc->notes[i].assignee), "bug",
						       json__text(hc->notes[i].bug)));
	json_object_set_new(o, "notes", notes);
	return o;
}

static json_t *stream_json(const struct history_stream *s)
{
	static const struct column columns[] = { STREAM_COLUMNS(0), { 0 } };

	return columns__json(columns, (const void *const[]){ s });
}

json_t *history_json__history(const struct history *h)
{
	static const struct column point_columns[] = { POINT_COLUMNS(0), { 0 } };
	json_t *streams = json_array();

	for (size_t i = 0; i < h->n_streams; i++) {
		const struct history_stream *s = &h->streams[i];
		json_t *j = stream_json(s), *points = json_array(), *changes = json_array();

		for (size_t k = 0; k < s->n_points; k++)
			json_array_append_new(points, columns__json(point_columns,
								    (const void *const[]){
									    &s->points[k] }));
		for (size_t k = 0; k < s->n_changes; k++)
			json_array_append_new(changes, change_json(s, &s->changes[k]));
		json_object_set_new(j, "points", points);
		json_object_set_new(j, "changes", changes);
		json_object_set_new(j, "slope_pct", json__number(s->share > 0 ? NAN : s->slope));
		json_object_set_new(j, "slope_points", json__number(s->share > 0 ? s->slope : NAN));
		json_object_set_new(j, "drifts", json_boolean(s->drifts));
		json_array_append_new(streams, j);
	}
	return json_pack("{s:i, s:s, s:o}", "schema", 1, "kind", "history", "streams", streams);
}

/* Each change has the members of its stream, too, so that it is complete by itself. */
json_t *history_json__changes(const struct history *h, bool all)
{
	json_t *list = json_array();

	for (size_t i = 0; i < h->n_streams; i++) {
		const struct history_stream *s = &h->streams[i];

		for (size_t k = 0; k < s->n_changes; k++) {
			json_t *j;

			if (!all && !history_change__open(&s->changes[k]))
				continue;
			j = change_json(s, &s->changes[k]);
			json_object_update_new(j, stream_json(s));
			json_array_append_new(list, j);
		}
	}
	return json_pack("{s:i, s:s, s:o}", "schema", 1, "kind", "changes", "changes", list);
}
