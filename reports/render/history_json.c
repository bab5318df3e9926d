// SPDX-License-Identifier: GPL-2.0-only
#include "reports/render/history.h"
#include "reports/render/json.h"

static json_t *notes_json(const struct history_change *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->n_notes; i++)
		json_array_append_new(list, json_pack("{s:s, s:o, s:I}", "state", c->notes[i].state,
						      "text", json__text(c->notes[i].text),
						      "made_ns", (json_int_t)c->notes[i].made_ns));
	return list;
}

static json_t *place(const struct history_stream *s, size_t at)
{
	const struct history_point *p = &s->points[at];

	return json_pack("{s:s, s:o, s:I}", "campaign", p->campaign, "commit",
			 json__text(p->commit), "date_ns", (json_int_t)p->date_ns);
}

static json_t *change_json(const struct history_stream *s, const struct history_change *hc)
{
	const struct change *c = &hc->c;

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b,"
			 " s:o}",
			 "id", hc->id, "state", change_state__name(hc->state), "at",
			 place(s, c->at), "alarm", place(s, c->alarm),
			 /* One of the commits behind `after`, up to `last`, made the change. */
			 "after", c->first ? place(s, c->first - 1) : json_null(), "last",
			 place(s, c->last), "restart",
			 s->points[c->at].restart ? json__text(s->points[c->at].restart) :
						    json_null(),
			 "before_value", json__number(c->before), "after_value",
			 json__number(c->after), "effect_pct", json__number(c->pct), "lo_pct",
			 json__number(c->lo_pct), "hi_pct", json__number(c->hi_pct), "p",
			 json__number(c->p), "worse", hc->worse, "notes", notes_json(hc));
}

static json_t *stream_json(const struct history_stream *s)
{
	return json_pack("{s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "plan",
			 json__text(s->plan), "machine", json__text(s->machine), "variant",
			 s->variant, "workload", s->workload, "source", s->source, "metric",
			 s->name, "unit", s->unit, "better", metric__better_name(s->metric.better),
			 "basis", metric__basis_name(s->basis));
}

static json_t *point_json(const struct history_point *p)
{
	return json_pack("{s:s, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:I, s:I}", "campaign",
			 p->campaign, "commit", json__text(p->commit), "branch",
			 json__text(p->branch), "date_ns", (json_int_t)p->date_ns, "created_ns",
			 (json_int_t)p->created_ns, "value", json__number(p->value), "lo",
			 json__number(p->lo), "hi", json__number(p->hi), "boots", (json_int_t)p->n,
			 "version", (json_int_t)p->version);
}

json_t *history_json__history(const struct history *h)
{
	json_t *streams = json_array();

	for (size_t i = 0; i < h->n_streams; i++) {
		const struct history_stream *s = &h->streams[i];
		json_t *j = stream_json(s), *points = json_array(), *changes = json_array();

		for (size_t k = 0; k < s->n_points; k++)
			json_array_append_new(points, point_json(&s->points[k]));
		for (size_t k = 0; k < s->n_changes; k++)
			json_array_append_new(changes, change_json(s, &s->changes[k]));
		json_object_set_new(j, "points", points);
		json_object_set_new(j, "changes", changes);
		json_object_set_new(j, "slope_pct", json__number(s->slope_pct));
		json_array_append_new(streams, j);
	}
	return json_pack("{s:i, s:s, s:o}", "schema", 1, "kind", "history", "streams", streams);
}

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
