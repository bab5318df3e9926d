// SPDX-License-Identifier: GPL-2.0-only
/*
 * json_text.c - tries each line that begins with a brace or bracket. Log lines may do so, too ("[
 * 12.3] text", "[INFO] text", "{ }"): if the second character already rules out JSON, it is text.
 */
#include "workloads/output/json_text.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (is_blank(*p) || *p == '\n'))
		p++;
	return p;
}

/* Does `p` certainly begin a document, even if it does not parse? So does one that is cut off or
 * nested too deeply: otherwise parsing would be retried from each of its lines. */
static bool is_document(const char *p, const char *end, const json_error_t *je)
{
	const char *q = skip_blanks(p + 1, end);

	if (je->text[0] && (json_error_code(je) == json_error_premature_end_of_input ||
			    json_error_code(je) == json_error_stack_overflow))
		return true;
	if (*p == '{')
		return q == end || *q == '"' || *q == '}';
	/* "[ 12.3]" may be a time stamp, "[\n 12" cannot. */
	return q == end || *q == '{' || *q == '[' || *q == '"' || memchr(p, '\n', (size_t)(q - p));
}

/* In a log line, text follows what looks like an array of numbers. */
static bool ends_line(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p == end || *p == '\n';
}

static unsigned int line_of(const char *text, const char *p)
{
	unsigned int n = 1;

	while ((text = memchr(text, '\n', (size_t)(p - text)))) {
		n++;
		text++;
	}
	return n;
}

int json_text__next(const char *text, size_t len, size_t *at, json_t **doc, struct err *err)
{
	const char *end = text + len, *p = text + *at;

	*doc = NULL;
	while (p < end) {
		json_error_t je;

		p = skip_blanks(p, end);
		if (p < end && (*p == '{' || *p == '[')) {
			*doc = json_loadb(p, (size_t)(end - p),
					  JSON_DISABLE_EOF_CHECK | JSON_DECODE_INT_AS_REAL |
						  JSON_ALLOW_NUL,
					  &je);
			if (*doc && (is_document(p, end, &je) || ends_line(p + je.position, end))) {
				*at = (size_t)(p - text) + (size_t)je.position;
				return 0;
			}
			json_decref(*doc);
			*doc = NULL;
			if (is_document(p, end, &je))
				return err__set(err, -EPROTO,
						"no complete JSON document in %zu bytes of output: "
						"the one that begins in line %u is truncated or malformed: "
						"%.300s",
						len, line_of(text, p), je.text);
		}
		p = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
		if (!p)
			break;
	}
	*at = len;
	return err__set(err, -ENOENT, "no complete JSON document in %zu bytes of output", len);
}

int json_text__last(const char *text, size_t len, json_t **doc, struct err *err)
{
	size_t at = 0;
	json_t *next;
	int ret;

	*doc = NULL;
	while (!(ret = json_text__next(text, len, &at, &next, err))) {
		json_decref(*doc);
		*doc = next;
	}
	if (ret == -ENOENT && *doc)
		return 0;
	json_decref(*doc);
	*doc = NULL;
	return -EPROTO;
}
