// SPDX-License-Identifier: GPL-2.0-only
#include "runner/wire/fields.h"

#include <jansson.h>
#include <math.h>

static int index_of(const char *const *names, size_t n, json_t *v)
{
	const char *s = json_string_value(v);

	for (size_t i = 0; s && i < n; i++)
		if (streq(names[i], s))
			return (int)i;
	return -1;
}

/* Metrics that others have published keep their names: with blank, colon and comma in them. */
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-"
#define METRIC_BYTES NAME_BYTES ":, "

static bool is_name(json_t *v, const char *allowed)
{
	const char *s = json_string_value(v);
	size_t len = json_string_length(v);

	return s && len > 0 && len <= WIRE_NAME_MAX && strspn(s, allowed) == len;
}

static int get_int(json_t *v, const struct wire_field *f, int64_t *out)
{
	*out = json_integer_value(v);
	return json_is_integer(v) && *out >= f->min && *out <= f->max ? 0 : -EPROTO;
}

static int get_hex(json_t *v, uint64_t *out)
{
	const char *s = json_string_value(v);
	size_t len = json_string_length(v);

	if (!s || !len || len > 16 || strspn(s, "0123456789abcdef") != len)
		return -EPROTO;
	*out = strtoull(s, NULL, 16);
	return 0;
}

static int get_text(json_t *v, int64_t max, char **out)
{
	if (!json_is_string(v) || json_string_length(v) > (size_t)max)
		return -EPROTO;
	*out = xstrdup(json_string_value(v));
	return 0;
}

static int get_real(json_t *v, double *out)
{
	*out = json_number_value(v);
	return json_is_number(v) && isfinite(*out) ? 0 : -EPROTO;
}

static int get_params(json_t *v, struct wire_msg *m)
{
	const char *key;
	json_t *val;

	if (!json_is_object(v) || json_object_size(v) > WIRE_LIST_MAX)
		return -EPROTO;
	m->params = xcalloc(json_object_size(v) + 1, sizeof(*m->params));
	json_object_foreach(v, key, val)
	{
		struct wire_param *p = &m->params[m->n_params];

		if (strlen(key) > WIRE_NAME_MAX || get_text(val, WIRE_VALUE_MAX, &p->value))
			return -EPROTO;
		p->name = xstrdup(key);
		m->n_params++;
	}
	return 0;
}

static int get_names(json_t *v, struct wire_msg *m)
{
	size_t n = json_array_size(v);

	if (!json_is_array(v) || n > WIRE_LIST_MAX)
		return -EPROTO;
	m->collectors = xcalloc(n + 1, sizeof(*m->collectors));
	for (size_t i = 0; i < n; i++) {
		if (!is_name(json_array_get(v, i), NAME_BYTES))
			return -EPROTO;
		m->collectors[m->n_collectors++] = xstrdup(json_string_value(json_array_get(v, i)));
	}
	return 0;
}

static int get_field(const struct wire_field *f, json_t *v, struct wire_msg *m)
{
	void *at = (char *)m + f->off;
	int64_t i = 0;
	int err = 0;

	switch (f->kind) {
	case F_INT:
	case F_UINT:
	case F_U64:
		err = get_int(v, f, &i);
		if (f->kind == F_U64)
			*(uint64_t *)at = (uint64_t)i;
		else
			*(int *)at = (int)i; /* the range is that of both types */
		return err;
	case F_HEX:
		return get_hex(v, at);
	case F_REAL:
		return get_real(v, at);
	case F_BOOL:
		*(bool *)at = json_is_true(v);
		return json_is_boolean(v) ? 0 : -EPROTO;
	case F_NAME:
		return is_name(v, NAME_BYTES) ? get_text(v, WIRE_NAME_MAX, at) : -EPROTO;
	case F_METRIC:
		return is_name(v, METRIC_BYTES) ? get_text(v, WIRE_NAME_MAX, at) : -EPROTO;
	case F_TEXT:
		return get_text(v, f->max, at);
	case F_STATUS:
		i = index_of(wire_status_names, ARRAY_SIZE(wire_status_names), v);
		m->status = (enum wire_status)i;
		return i < 0 ? -EPROTO : 0;
	case F_KIND:
		i = index_of(wire_kind_names, ARRAY_SIZE(wire_kind_names), v);
		m->kind = (enum wire_kind)i;
		return i < 0 ? -EPROTO : 0;
	case F_PARAMS:
		return get_params(v, m);
	case F_NAMES:
		return get_names(v, m);
	}
	return -EPROTO;
}

static int get_fields(json_t *o, struct wire_msg *m, struct err *err)
{
	const char *name = wire_type_names[m->type];
	size_t n = 1;

	for (const struct wire_field *f = wire_fields[m->type]; f->key; f++, n++) {
		json_t *v = json_object_get(o, f->key);

		if (!v && f->optional) {
			n--;
			continue;
		}
		if (!v)
			return err__set(err, -EPROTO, "message '%s' lacks '%s'", name, f->key);
		if (get_field(f, v, m))
			return err__set(err, -EPROTO,
					"message '%s': '%s' is of the wrong type or out of bounds",
					name, f->key);
		if (m->type == WIRE_HELLO && m->proto != WIRE_PROTO)
			return err__set(err, -EPROTO,
					"the agent speaks protocol %d, expected %d: "
					"kduel and its agent are not of the same build",
					m->proto, WIRE_PROTO);
	}
	if (json_object_size(o) != n)
		return err__set(err, -EPROTO, "message '%s' has %zu members, expected %zu", name,
				json_object_size(o), n);
	return 0;
}

static int get_type(json_t *o, struct wire_msg *m, struct err *err)
{
	json_t *t = json_object_get(o, "t");

	for (int i = 0; json_is_string(t) && i < WIRE_TYPE_MAX; i++)
		if (streq(wire_type_names[i], json_string_value(t))) {
			m->type = (enum wire_type)i;
			return 0;
		}
	if (json_is_string(t))
		return err__set(err, -EPROTO,
				"expected an object with a known type in 't', "
				"found type %.40s",
				json_string_value(t));
	return err__set(err, -EPROTO, "expected an object with a known type in 't', found none");
}

int wire_msg__decode(const char *line, size_t len, struct wire_msg *msg, struct err *err)
{
	json_error_t je;
	json_t *o;
	int rc;

	*msg = (struct wire_msg){ 0 };
	if (len >= WIRE_LINE_MAX)
		return err__set(err, -EPROTO, "message of %zu bytes, at most %d are allowed", len,
				WIRE_LINE_MAX - 1);
	o = json_loadb(line, len, JSON_REJECT_DUPLICATES, &je);
	if (!o)
		return err__set(err, -EPROTO, "expected one JSON object a line: %s at byte %d",
				je.text, je.position);
	rc = get_type(o, msg, err);
	if (!rc)
		rc = get_fields(o, msg, err);
	json_decref(o);
	if (rc)
		wire_msg__release(msg);
	return rc;
}

void wire_msg__release(struct wire_msg *m)
{
	/* A parameter whose name is missing was refused half-way: it holds nothing. */
	for (size_t i = 0; i < m->n_params; i++) {
		free(m->params[i].name);
		free(m->params[i].value);
	}
	for (size_t i = 0; i < m->n_collectors; i++)
		free(m->collectors[i]);
	free(m->params);
	free(m->collectors);
	free(m->name);
	free(m->text);
	free(m->source);
	free(m->metric);
	*m = (struct wire_msg){ 0 };
}
