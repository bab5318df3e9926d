// SPDX-License-Identifier: GPL-2.0-only
/* env_parse.c - texts of /proc and /sys as values that can be compared. */
#include "collectors/support/env_read.h"
#include "lib/strvec.h"
#include "lib/units.h"

#define ROUND_KIB (256ull << 10)
#define LONGEST 4000 /* a fact may have 4 KiB */

char *env__chosen(char *text)
{
	char *open = strchr(text, '['), *end = open ? strchr(open, ']') : NULL;

	if (!end)
		return text;
	*end = '\0';
	return open + 1;
}

/* Count `value` among those seen before. */
static void count_value(struct strvec *values, unsigned int **counts, const char *value)
{
	size_t i;

	for (i = 0; i < values->n && !streq(values->v[i], value); i++)
		;
	if (i == values->n) {
		strvec__push(values, value);
		*counts = xrealloc(*counts, values->n, sizeof(**counts));
		(*counts)[i] = 0;
	}
	(*counts)[i]++;
}

char *env__cpuinfo(const char *text, const char *key)
{
	_free_ unsigned int *counts = NULL;
	struct strvec values = { 0 };
	size_t len = strlen(key);
	char *out = NULL;

	for (const char *line = text; *line; line += *line == '\n') {
		const char *end = line + strcspn(line, "\n"), *at = line + len;

		if ((size_t)(end - line) > len && !strncmp(line, key, len)) {
			at += strspn(at, " \t");
			if (*at == ':') {
				_free_ char *value = NULL;

				at += 1 + strspn(at + 1, " \t");
				value = at < end ? xstrndup(at, (size_t)(end - at)) : xstrdup("");
				count_value(&values, &counts, value);
			}
		}
		line = end;
	}
	for (size_t i = 0; i < values.n; i++) {
		_free_ char *old = out;

		out = values.n == 1 ? xstrdup(values.v[0]) :
				      xasprintf("%s%s%s x %u", old ? old : "", old ? ", " : "",
						values.v[i], counts[i]);
	}
	strvec__release(&values);
	return out;
}

/* Step over a field and the blanks behind it; the end of the line stops it. */
static const char *after_field(const char *at)
{
	at += strcspn(at, " \t\n");
	return at + strspn(at, " \t");
}

char *env__swaps(const char *text)
{
	const char *line = strchr(text, '\n'); /* below the heading */
	uint64_t kib = 0;
	unsigned int n = 0;
	char size[32];

	for (; line && line[1]; line = strchr(line + 1, '\n')) {
		const char *at = after_field(after_field(line + 1));

		if (!strspn(at, "0123456789"))
			continue;
		kib += strtoull(at, NULL, 10);
		n++;
	}
	if (!n)
		return xstrdup("none");
	units__fmt_size(kib << 10, size, sizeof(size));
	return xasprintf("%s in %u area%s", size, n, n == 1 ? "" : "s");
}

char *env__modules(const char *text)
{
	struct strvec names = { 0 };
	char *out;
	size_t used;

	for (const char *line = text; *line;) {
		_free_ char *name = xstrndup(line, strcspn(line, " \n"));

		if (*name)
			strvec__push(&names, name);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	strvec__sort_unique(&names);
	out = xasprintf("%zu:%*s", names.n, LONGEST, "");
	used = strcspn(out, " ");
	for (size_t i = 0; i < names.n && used + strlen(names.v[i]) + 1 < LONGEST; i++)
		used += (size_t)snprintf(out + used, LONGEST - used, " %s", names.v[i]);
	out[used] = '\0';
	strvec__release(&names);
	return out;
}

char *env__memory(const char *text)
{
	static const char key[] = "MemTotal:";
	const char *at = strstr(text, key);
	uint64_t kib = at ? strtoull(at + sizeof(key) - 1, NULL, 10) : 0;

	if (!kib || kib > UINT64_MAX >> 11)
		return NULL;
	kib = (kib + ROUND_KIB - 1) / ROUND_KIB * ROUND_KIB;
	return xasprintf("%llu MiB", (unsigned long long)(kib >> 10));
}
