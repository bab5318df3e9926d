// SPDX-License-Identifier: GPL-2.0-only
/* crypto_list.c - /proc/crypto has blocks of "key : value" lines, separated by empty lines. */
#include "workloads/support/crypto_list.h"

#include <ctype.h>

/* The value of a line "key          : value" with this key, else NULL. */
static const char *value_of(const char *line, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(line, key, n) || (line[n] != ' ' && line[n] != ':'))
		return NULL;
	line += n;
	while (*line == ' ')
		line++;
	if (*line++ != ':')
		return NULL;
	while (*line == ' ')
		line++;
	return line;
}

/* Within a block the order is name, driver, module, priority: crypto/proc.c in Linux. */
int crypto_list__driver(const char *text, const char *name, char *driver, size_t size)
{
	const char *candidate = NULL, *v;
	long best = -1, priority;
	bool ours = false;

	while (text && *text) {
		v = value_of(text, "name");
		if (v) {
			ours = strcspn(v, "\n") == strlen(name) && str_starts(v, name);
			candidate = NULL;
		}
		v = value_of(text, "driver");
		if (v)
			candidate = v;
		v = value_of(text, "priority");
		priority = v && isdigit((unsigned char)*v) ? strtol(v, NULL, 10) : -1;
		if (ours && candidate && priority > best) {
			best = priority;
			snprintf(driver, size, "%.*s", (int)strcspn(candidate, "\n"), candidate);
		}
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return best < 0 ? -ENOENT : 0;
}
