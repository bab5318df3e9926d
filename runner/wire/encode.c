// SPDX-License-Identifier: GPL-2.0-only
#include "runner/wire/fields.h"
#include "lib/utf8.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>

/* What text may grow to by escaping, so that a message always fits a line. */
#define ESCAPED_MAX (WIRE_LINE_MAX - 4096)

static size_t escaped_len(unsigned char c, size_t len)
{
	if (strchr("\"\\\b\f\n\r\t", c))
		return 2;
	return c < 0x20 ? 6 : len;
}

/* Valid UTF-8 of at most `max` bytes that also fits a line once escaped. */
static json_t *put_text(const char *text, size_t max)
{
	const char *s = text ? text : "", *end = s + strlen(s);
	char *out = xcalloc(max + 1, 1);
	size_t len = 0, escaped = 0;
	json_t *v;

	while (*s) {
		size_t in = utf8__decode(s, (size_t)(end - s), NULL);
		size_t n = in ? in : strlen(UTF8_REPLACEMENT);

		escaped += in ? escaped_len((unsigned char)*s, n) : n;
		if (len + n > max || escaped > ESCAPED_MAX)
			break;
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): json_stringn() takes a length */
		memcpy(out + len, in ? s : UTF8_REPLACEMENT, n);
		len += n;
		s += in ? in : 1;
	}
	v = json_stringn(out, len);
	free(out);
	return v;
}

static json_t *put_hex(uint64_t u)
{
	char hex[17];

	snprintf(hex, sizeof(hex), "%" PRIx64, u);
	return json_string(hex);
}

/* A parameter is carried whole or not at all. */
static json_t *put_params(const struct wire_msg *m)
{
	json_t *o = json_object();

	for (size_t i = 0; i < m->n_params; i++) {
		const struct wire_param *p = &m->params[i];

		if (strlen(p->value) > WIRE_VALUE_MAX ||
		    json_object_set_new(o, p->name, json_string(p->value))) {
			json_decref(o);
			return NULL;
		}
	}
	return o;
}

static json_t *put_names(const struct wire_msg *m)
{
	json_t *a = json_array();

	for (size_t i = 0; i < m->n_collectors; i++)
		json_array_append_new(a, json_string(m->collectors[i]));
	return a;
}

static json_t *put_field(const struct wire_field *f, const struct wire_msg *m)
{
	const void *at = (const char *)m + f->off;
	uint64_t u;

	switch (f->kind) {
	case F_INT:
		return json_integer(*(const int *)at);
	case F_UINT:
		return json_integer(*(const unsigned int *)at);
	case F_U64:
		u = *(const uint64_t *)at;
		return json_integer(u > INT64_MAX ? INT64_MAX : (json_int_t)u);
	case F_HEX:
		return put_hex(*(const uint64_t *)at);
	case F_REAL:
		return isfinite(*(const double *)at) ? json_real(*(const double *)at) : NULL;
	case F_BOOL:
		return json_boolean(*(const bool *)at);
	case F_NAME:
	case F_METRIC:
		return json_string(*(char *const *)at);
	case F_TEXT:
		return put_text(*(char *const *)at, (size_t)f->max);
	case F_STATUS:
		return json_string(wire_status_names[m->status]);
	case F_KIND:
		return json_string(wire_kind_names[m->kind]);
	case F_PARAMS:
		return put_params(m);
	case F_NAMES:
		return put_names(m);
	}
	return NULL;
}

static bool is_left_out(const struct wire_field *f, const struct wire_msg *m)
{
	return f->optional && !*(const uint64_t *)((const char *)m + f->off);
}

char *wire_msg__encode(const struct wire_msg *msg)
{
	json_t *o = json_object();
	char *line = NULL;
	size_t len;

	json_object_set_new(o, "t", json_string(wire_type_names[msg->type]));
	for (const struct wire_field *f = wire_fields[msg->type]; f->key; f++)
		if (!is_left_out(f, msg) && json_object_set_new(o, f->key, put_field(f, msg)))
			goto out;
	line = json_dumps(o, JSON_COMPACT);
	len = line ? strlen(line) : 0;
	if (len && len < WIRE_LINE_MAX) {
		line = xrealloc(line, len + 2, 1);
		memcpy(line + len, "\n", 2);
	} else {
		free(line);
		line = NULL;
	}
out:
	json_decref(o);
	return line;
}
