// SPDX-License-Identifier: GPL-2.0-only
/*
 * msg.c - one table lists the members of each message type and their bounds. Both decoding and
 * encoding follow it, so that they cannot disagree.
 */
#include "runner/wire/msg.h"

#include "lib/utf8.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>

/* Limit of a text after JSON escaping, so that a message always fits into a line. */
#define ESCAPED_MAX (WIRE_LINE_MAX - 4096)

enum field_kind {
	F_INT, /* int */
	F_UINT, /* unsigned int */
	F_U64, /* uint64_t below 2^63, the most that a JSON integer can carry */
	F_HEX, /* uint64_t as a string of hex digits: all 64 bits */
	F_REAL,
	F_BOOL,
	F_NAME, /* [A-Za-z0-9_./-]+ */
	F_METRIC, /* like F_NAME, but blanks, colons and commas are allowed, too */
	F_TEXT,
	F_STATUS,
	F_KIND,
	F_PARAMS,
	F_NAMES,
	F_IGNORED, /* sent by older programs: accepted with any value, never written */
};

struct field {
	const char *key;
	size_t off; /* of the member in struct wire_msg */
	int64_t min, max; /* bounds of an integer; for F_TEXT, `max` is in bytes */
	enum field_kind kind;
	bool optional; /* an F_U64 that is left out if it is 0 */
};

#define MAX_MS (7ll * 24 * 3600 * 1000) /* a week */

// clang-format off
#define FIELD(key, kind, member, min, max) \
	{ key, offsetof(struct wire_msg, member), min, max, kind, false }
#define END { .key = NULL }
// clang-format on
#define JOB FIELD("job", F_INT, job, 0, INT32_MAX)

static const struct field hello_fields[] = {
	FIELD("proto", F_INT, proto, 0, INT32_MAX),
	FIELD("version", F_TEXT, name, 0, WIRE_NAME_MAX),
	FIELD("arch", F_NAME, source, 0, 0),
	FIELD("release", F_TEXT, text, 0, 256),
	FIELD("uptime_ns", F_U64, uptime_ns, 0, INT64_MAX),
	END,
};

static const struct field log_fields[] = {
	FIELD("text", F_TEXT, text, 0, WIRE_TEXT_MAX),
	END,
};

static const struct field fact_fields[] = {
	FIELD("key", F_NAME, name, 0, 0),
	FIELD("text", F_TEXT, text, 0, WIRE_TEXT_MAX),
	END,
};

static const struct field text_fields[] = {
	FIELD("name", F_NAME, name, 0, 0),
	FIELD("text", F_TEXT, text, 0, WIRE_TEXT_MAX),
	FIELD("last", F_BOOL, last, 0, 0),
	END,
};

static const struct field iter_begin_fields[] = {
	JOB,
	FIELD("iter", F_INT, iter, 0, INT32_MAX),
	FIELD("max_ms", F_U64, max_ms, 1, MAX_MS),
	END,
};

static const struct field iter_end_fields[] = {
	JOB,
	FIELD("iter", F_INT, iter, 0, INT32_MAX),
	FIELD("ns", F_U64, ns, 0, INT64_MAX),
	FIELD("tainted", F_BOOL, tainted, 0, 0),
	{ "ops", offsetof(struct wire_msg, ops), 1, INT64_MAX, F_U64, true },
	END,
};

static const struct field sample_fields[] = {
	JOB,
	FIELD("iter", F_INT, iter, WIRE_BOOT, INT32_MAX),
	FIELD("source", F_NAME, source, 0, 0),
	FIELD("metric", F_METRIC, metric, 0, 0),
	FIELD("value", F_REAL, value, 0, 0),
	FIELD("enabled_ns", F_U64, enabled_ns, 0, INT64_MAX),
	FIELD("running_ns", F_U64, running_ns, 0, INT64_MAX),
	END,
};

static const struct field done_fields[] = {
	JOB,
	FIELD("status", F_STATUS, status, 0, 0),
	FIELD("text", F_TEXT, text, 0, WIRE_TEXT_MAX),
	END,
};

static const struct field job_fields[] = {
	JOB,
	FIELD("kind", F_KIND, kind, 0, 0),
	FIELD("name", F_NAME, name, 0, 0),
	FIELD("params", F_PARAMS, params, 0, 0),
	FIELD("iterations", F_UINT, iterations, 0, 1000000),
	{ .key = "warmup", .kind = F_IGNORED, .optional = true },
	FIELD("phase", F_UINT, phase, 0, 255),
	FIELD("max_ms", F_U64, max_ms, 0, MAX_MS),
	FIELD("setup_ms", F_U64, setup_ms, 0, MAX_MS),
	FIELD("seed", F_HEX, seed, 0, 0),
	FIELD("collectors", F_NAMES, collectors, 0, 0),
	END,
};

static const struct field no_fields[] = { END };

static const char *const type_names[WIRE_TYPE_MAX] = {
	[WIRE_HELLO] = "hello",	      [WIRE_BEAT] = "beat",	[WIRE_LOG] = "log",
	[WIRE_FACT] = "fact",	      [WIRE_TEXT] = "text",	[WIRE_ITER_BEGIN] = "iter-begin",
	[WIRE_ITER_END] = "iter-end", [WIRE_SAMPLE] = "sample", [WIRE_DONE] = "done",
	[WIRE_BYE] = "bye",	      [WIRE_JOB] = "job",	[WIRE_QUIT] = "quit",
};

/* The members of a type, other than "t", in the order in which they are written. */
static const struct field *const type_fields[WIRE_TYPE_MAX] = {
	[WIRE_HELLO] = hello_fields,	   [WIRE_BEAT] = no_fields,
	[WIRE_LOG] = log_fields,	   [WIRE_FACT] = fact_fields,
	[WIRE_TEXT] = text_fields,	   [WIRE_ITER_BEGIN] = iter_begin_fields,
	[WIRE_ITER_END] = iter_end_fields, [WIRE_SAMPLE] = sample_fields,
	[WIRE_DONE] = done_fields,	   [WIRE_BYE] = no_fields,
	[WIRE_JOB] = job_fields,	   [WIRE_QUIT] = no_fields,
};

static const char *const status_names[WIRE_STATUS_MAX] = {
	[WIRE_OK] = "ok",	    [WIRE_FAILED] = "failed",	[WIRE_UNSUPPORTED] = "unsupported",
	[WIRE_TIMEOUT] = "timeout", [WIRE_CRASHED] = "crashed",
};

static const char *const kind_names[] = {
	[WIRE_WORKLOAD] = "workload",
	[WIRE_COLLECTOR] = "collector",
};

const char *wire_type__name(enum wire_type type)
{
	return type_names[type];
}

/* The index of a JSON string in `names`; -1 if it is not there, or not a string. */
static int index_of(const char *const *names, size_t n, json_t *v)
{
	const char *s = json_string_value(v);

	for (size_t i = 0; s && i < n; i++)
		if (streq(names[i], s))
			return (int)i;
	return -1;
}

/* Metrics of published benchmarks keep their names, which have blanks, colons and commas. */
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-"
#define METRIC_BYTES NAME_BYTES ":, "

static bool is_name(json_t *v, const char *allowed)
{
	const char *s = json_string_value(v);
	size_t len = json_string_length(v);

	return s && len > 0 && len <= WIRE_NAME_MAX && strspn(s, allowed) == len;
}

/* Many JSON implementations are not exact above 2^53, so 64-bit seeds are sent as strings of hex
 * digits, without 0x. */
static int get_hex(json_t *v, uint64_t *out)
{
	const char *s = json_string_value(v);
	size_t len = json_string_length(v);

	if (!s || !len || len > 16 || strspn(s, "0123456789abcdef") != len)
		return -EPROTO;
	*out = strtoull(s, NULL, 16);
	return 0;
}

/* Copy a string of at most `max` bytes. */
static int get_text(json_t *v, int64_t max, char **out)
{
	if (!json_is_string(v) || json_string_length(v) > (size_t)max)
		return -EPROTO;
	*out = xstrdup(json_string_value(v));
	return 0;
}

/* n_params only counts complete pairs, so that wire_msg__release() works after an error. */
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

/* Decode one member. The message owns what this allocates, even on failure. */
static int get_field(const struct field *f, json_t *v, struct wire_msg *m)
{
	void *at = (char *)m + f->off;
	int64_t i = 0;

	switch (f->kind) {
	case F_INT:
	case F_UINT:
	case F_U64:
		i = json_integer_value(v);
		if (!json_is_integer(v) || i < f->min || i > f->max)
			return -EPROTO;
		if (f->kind == F_U64)
			*(uint64_t *)at = (uint64_t)i;
		else
			*(int *)at = (int)i; /* the range is that of both types */
		return 0;
	case F_HEX:
		return get_hex(v, at);
	case F_REAL:
		*(double *)at = json_number_value(v);
		return json_is_number(v) && isfinite(*(double *)at) ? 0 : -EPROTO;
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
		i = index_of(status_names, ARRAY_SIZE(status_names), v);
		m->status = (enum wire_status)i;
		return i < 0 ? -EPROTO : 0;
	case F_KIND:
		i = index_of(kind_names, ARRAY_SIZE(kind_names), v);
		m->kind = (enum wire_kind)i;
		return i < 0 ? -EPROTO : 0;
	case F_PARAMS:
		return get_params(v, m);
	case F_NAMES:
		return get_names(v, m);
	case F_IGNORED:
		return 0;
	}
	return -EPROTO;
}

/* Decode the members of the type, and reject any others: host and agent are of the same build, so
 * an unknown member is an error. */
static int get_fields(json_t *o, struct wire_msg *m, struct err *err)
{
	const char *name = type_names[m->type];
	size_t n = 1;

	for (const struct field *f = type_fields[m->type]; f->key; f++, n++) {
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
		/* "proto" is the first member: check it before looking for members that another
		 * version of the protocol may not have. */
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

/* The member "t" names the type. */
static int get_type(json_t *o, struct wire_msg *m, struct err *err)
{
	json_t *t = json_object_get(o, "t");

	for (int i = 0; json_is_string(t) && i < WIRE_TYPE_MAX; i++)
		if (streq(type_names[i], json_string_value(t))) {
			m->type = (enum wire_type)i;
			return 0;
		}
	if (json_is_string(t))
		return err__set(err, -EPROTO,
				"expected an object with a known type in 't', found type %.40s",
				json_string_value(t));
	return err__set(err, -EPROTO, "expected an object with a known type in 't', found none");
}

int wire_msg__decode(const char *line, size_t len, struct wire_msg *msg, struct err *err)
{
	json_error_t je;
	json_t *o;
	int ret;

	*msg = (struct wire_msg){ 0 };
	if (len >= WIRE_LINE_MAX)
		return err__set(err, -EPROTO, "message of %zu bytes, at most %d are allowed", len,
				WIRE_LINE_MAX - 1);
	o = json_loadb(line, len, JSON_REJECT_DUPLICATES, &je);
	if (!o)
		return err__set(err, -EPROTO, "expected one JSON object a line: %s at byte %d",
				je.text, je.position);
	ret = get_type(o, msg, err);
	if (!ret)
		ret = get_fields(o, msg, err);
	json_decref(o);
	if (ret)
		wire_msg__release(msg);
	return ret;
}

void wire_msg__release(struct wire_msg *m)
{
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

/* The number of bytes that jansson writes for a UTF-8 character of `len` bytes, the first being
 * `c`. */
static size_t escaped_len(unsigned char c, size_t len)
{
	if (strchr("\"\\\b\f\n\r\t", c))
		return 2;
	return c < 0x20 ? 6 : len;
}

/* Turn text into valid UTF-8, and cut it to `max` bytes and to ESCAPED_MAX after escaping. */
static json_t *put_text(const char *text, size_t max)
{
	_free_ char *valid = utf8__replaced(text ? text : "");
	const size_t end = strlen(valid);
	size_t len = 0, escaped = 0;

	for (size_t n; len < end; len += n) {
		n = utf8__decode(valid + len, end - len, NULL);
		escaped += escaped_len((unsigned char)valid[len], n);
		if (len + n > max || escaped > ESCAPED_MAX)
			break;
	}
	return json_stringn(valid, len);
}

/* A parameter is never cut: if one is too long, fail. */
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

/* NULL if the value cannot be encoded: it is an error, rather than being altered. */
static json_t *put_field(const struct field *f, const struct wire_msg *m)
{
	const void *at = (const char *)m + f->off;
	char hex[17];
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
		snprintf(hex, sizeof(hex), "%" PRIx64, *(const uint64_t *)at);
		return json_string(hex);
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
		return json_string(status_names[m->status]);
	case F_KIND:
		return json_string(kind_names[m->kind]);
	case F_PARAMS:
		return put_params(m);
	case F_NAMES:
		return put_names(m);
	case F_IGNORED:
		break;
	}
	return NULL;
}

char *wire_msg__encode(const struct wire_msg *msg)
{
	json_t *o = json_object();
	char *line = NULL;
	size_t len;

	json_object_set_new(o, "t", json_string(type_names[msg->type]));
	for (const struct field *f = type_fields[msg->type]; f->key; f++) {
		/* Optional members are all of type uint64_t. */
		if (f->kind == F_IGNORED ||
		    (f->optional && !*(const uint64_t *)((const char *)msg + f->off)))
			continue;
		if (json_object_set_new(o, f->key, put_field(f, msg)))
			goto out;
	}
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
