// SPDX-License-Identifier: GPL-2.0-only
#include "runner/wire/fields.h"

#define MAX_MS (7ll * 24 * 3600 * 1000)

// clang-format off
#define FIELD(key, kind, member, min, max) \
	{ key, kind, offsetof(struct wire_msg, member), min, max, false }
#define END { .key = NULL }
// clang-format on
#define JOB FIELD("job", F_INT, job, 0, INT32_MAX)

static const struct wire_field hello_fields[] = {
	FIELD("proto", F_INT, proto, 0, INT32_MAX),
	FIELD("version", F_TEXT, name, 0, WIRE_NAME_MAX),
	FIELD("arch", F_NAME, source, 0, 0),
	FIELD("release", F_TEXT, text, 0, 256),
	FIELD("uptime_ns", F_U64, uptime_ns, 0, INT64_MAX),
	END,
};

static const struct wire_field log_fields[] = {
	FIELD("text", F_TEXT, text, 0, WIRE_TEXT_MAX),
	END,
};

static const struct wire_field fact_fields[] = {
	FIELD("key", F_NAME, name, 0, 0),
	FIELD("text", F_TEXT, text, 0, WIRE_TEXT_MAX),
	END,
};

static const struct wire_field text_fields[] = {
	FIELD("name", F_NAME, name, 0, 0),
	FIELD("text", F_TEXT, text, 0, WIRE_TEXT_MAX),
	FIELD("last", F_BOOL, last, 0, 0),
	END,
};

static const struct wire_field iter_begin_fields[] = {
	JOB,
	FIELD("iter", F_INT, iter, 0, INT32_MAX),
	FIELD("max_ms", F_U64, max_ms, 1, MAX_MS),
	END,
};

static const struct wire_field iter_end_fields[] = {
	JOB,
	FIELD("iter", F_INT, iter, 0, INT32_MAX),
	FIELD("ns", F_U64, ns, 0, INT64_MAX),
	FIELD("tainted", F_BOOL, tainted, 0, 0),
	{ "ops", F_U64, offsetof(struct wire_msg, ops), 1, INT64_MAX, .optional = true },
	END,
};

static const struct wire_field sample_fields[] = {
	JOB,
	FIELD("iter", F_INT, iter, WIRE_BOOT, INT32_MAX),
	FIELD("source", F_NAME, source, 0, 0),
	FIELD("metric", F_METRIC, metric, 0, 0),
	FIELD("value", F_REAL, value, 0, 0),
	FIELD("enabled_ns", F_U64, enabled_ns, 0, INT64_MAX),
	FIELD("running_ns", F_U64, running_ns, 0, INT64_MAX),
	END,
};

static const struct wire_field done_fields[] = {
	JOB,
	FIELD("status", F_STATUS, status, 0, 0),
	FIELD("text", F_TEXT, text, 0, WIRE_TEXT_MAX),
	END,
};

static const struct wire_field job_fields[] = {
	JOB,
	FIELD("kind", F_KIND, kind, 0, 0),
	FIELD("name", F_NAME, name, 0, 0),
	FIELD("params", F_PARAMS, params, 0, 0),
	FIELD("iterations", F_UINT, iterations, 0, 1000000),
	FIELD("warmup", F_UINT, warmup, 0, 1000000),
	FIELD("phase", F_UINT, phase, 0, 255),
	FIELD("max_ms", F_U64, max_ms, 0, MAX_MS),
	FIELD("setup_ms", F_U64, setup_ms, 0, MAX_MS),
	FIELD("seed", F_HEX, seed, 0, 0),
	FIELD("collectors", F_NAMES, collectors, 0, 0),
	END,
};

static const struct wire_field no_fields[] = { END };

const char *const wire_type_names[] = {
	[WIRE_HELLO] = "hello",	      [WIRE_BEAT] = "beat",	[WIRE_LOG] = "log",
	[WIRE_FACT] = "fact",	      [WIRE_TEXT] = "text",	[WIRE_ITER_BEGIN] = "iter-begin",
	[WIRE_ITER_END] = "iter-end", [WIRE_SAMPLE] = "sample", [WIRE_DONE] = "done",
	[WIRE_BYE] = "bye",	      [WIRE_JOB] = "job",	[WIRE_QUIT] = "quit",
};

const struct wire_field *const wire_fields[] = {
	[WIRE_HELLO] = hello_fields,	   [WIRE_BEAT] = no_fields,
	[WIRE_LOG] = log_fields,	   [WIRE_FACT] = fact_fields,
	[WIRE_TEXT] = text_fields,	   [WIRE_ITER_BEGIN] = iter_begin_fields,
	[WIRE_ITER_END] = iter_end_fields, [WIRE_SAMPLE] = sample_fields,
	[WIRE_DONE] = done_fields,	   [WIRE_BYE] = no_fields,
	[WIRE_JOB] = job_fields,	   [WIRE_QUIT] = no_fields,
};

const char *const wire_status_names[] = {
	[WIRE_OK] = "ok",	    [WIRE_FAILED] = "failed",	[WIRE_UNSUPPORTED] = "unsupported",
	[WIRE_TIMEOUT] = "timeout", [WIRE_CRASHED] = "crashed",
};

const char *const wire_kind_names[] = {
	[WIRE_WORKLOAD] = "workload",
	[WIRE_COLLECTOR] = "collector",
};

const char *wire_type__name(enum wire_type type)
{
	return wire_type_names[type];
}

const char *wire_status__name(enum wire_status status)
{
	return wire_status_names[status];
}
