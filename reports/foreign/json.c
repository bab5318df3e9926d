// SPDX-License-Identifier: GPL-2.0-only
/* json.c - JSON parsing, and line numbers of values: jansson does not keep positions, so a value is
 * searched for again in the text. */
#include "reports/foreign/json.h"

int source__json(const struct source *s, json_t **root)
{
	json_error_t je;

	*root = json_loadb(s->text, s->len, JSON_DECODE_INT_AS_REAL | JSON_REJECT_DUPLICATES, &je);
	if (*root)
		return 0;
	return source__fail(s, je.line > 0 ? (size_t)je.line : 1, "not JSON as %s writes it: %s",
			    s->tool, je.text);
}

/* The functions below walk through text that jansson has accepted, so brackets and quotes are
 * balanced. */
static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t\r\n,:");
}

static const char *skip_string(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		p += *p == '\\' && p[1];
	return *p ? p + 1 : p;
}

static const char *skip_value(const char *p)
{
	size_t depth = 0;

	do {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		depth += *p == '{' || *p == '[';
		depth -= (*p == '}' || *p == ']') && depth;
		p++;
		if (!depth)
			p += strcspn(p, ",]} \t\r\n");
	} while (*p && depth);
	return p;
}

/* The value one step below the object or array at `p`, or NULL. */
static const char *step_into(const char *p, const struct json_step *step)
{
	size_t len = step->key ? strlen(step->key) : 0;

	if (*p != (step->key ? '{' : '['))
		return NULL;
	p = skip_blanks(p + 1);
	for (size_t i = 0; *p && *p != '}' && *p != ']'; i++) {
		const char *name = p;

		if (step->key)
			p = skip_blanks(skip_string(p));
		if (step->key ? !strncmp(name + 1, step->key, len) && name[1 + len] == '"' :
				i == step->index)
			return p;
		p = skip_blanks(skip_value(p));
	}
	return NULL;
}

size_t source__line(const struct source *s, const struct json_step *way, size_t n)
{
	const char *at = skip_blanks(s->text), *next;
	size_t line = 1;

	for (size_t i = 0; i < n && (next = step_into(at, &way[i])); i++)
		at = next;
	for (const char *p = s->text; p < at; p++)
		line += *p == '\n';
	return line;
}

int source__fail_at(const struct source *s, const struct json_step *way, size_t n, const char *fmt,
		    ...)
{
	_free_ char *path = NULL, *text = NULL;
	size_t len;
	FILE *out = xmemstream(&path, &len);
	va_list ap;

	for (size_t i = 0; i < n; i++) {
		if (way[i].key)
			fprintf(out, "%s%.80s", i ? "." : "", way[i].key);
		else
			fprintf(out, "[%zu]", way[i].index);
	}
	fclose(out);
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return source__fail(s, source__line(s, way, n), "%s%s%s", path, n ? ": " : "", text);
}
