// SPDX-License-Identifier: GPL-2.0-only
#include "runner/kernels/build/patch.h"

#define NAME_MAX_LEN 200

/* The number after `key` in a line, or -1. */
static long number_after(const char *line, const char *key)
{
	const char *p = strstr(line, key);
	char *end;
	long n = p ? strtol(p + strlen(key), &end, 10) : -1;

	return p && end > p + strlen(key) ? n : -1;
}

/* "3 out of 5 hunks FAILED": of how many. */
static long hunks_in(const char *text)
{
	const char *p = strstr(text, " out of ");

	return p ? number_after(p, " out of ") : -1;
}

static char *hunk(const char *file, const char *line, const char *rest)
{
	long n = number_after(line, "Hunk #"), at = number_after(line, "FAILED at ");
	long of = hunks_in(rest);

	if (of < 0)
		return xasprintf("%s: hunk %ld does not apply at line %ld", file, n, at);
	return xasprintf("%s: hunk %ld of %ld does not apply at line %ld", file, n, of, at);
}

/* "|+++ b/mm/gone.c" among the lines that patch quotes -> "mm/gone.c" */
static char *missing(const char *rest)
{
	const char *p = strstr(rest, "\n|+++ "), *slash;
	size_t n;

	if (!p)
		return xstrdup("a file that it changes is not there");
	p += strlen("\n|+++ ");
	n = strcspn(p, "\t\n");
	slash = memchr(p, '/', n);
	if (slash) {
		n -= (size_t)(slash + 1 - p);
		p = slash + 1;
	}
	return xasprintf("there is no %.*s", (int)(n < NAME_MAX_LEN ? n : NAME_MAX_LEN), p);
}

char *build_patch__complaint(const char *said)
{
	char file[NAME_MAX_LEN + 1] = "the patch";

	for (const char *l = said; *l; l += strcspn(l, "\n"), l += *l == '\n') {
		_free_ char *line = xstrndup(l, strcspn(l, "\n"));

		if (str_starts(line, "patching file ") || str_starts(line, "checking file "))
			snprintf(file, sizeof(file), "%s", line + strlen("patching file "));
		else if (str_starts(line, "can't find file to patch"))
			return missing(l);
		else if (str_starts(line, "Hunk #") && strstr(line, "FAILED"))
			return hunk(file, line, l);
		else if (str_starts(line, "patch: **** "))
			return xasprintf("%s: %s", file, line + strlen("patch: **** "));
		else if (str_starts(line, "Reversed (or previously applied)"))
			return xasprintf("%s: it is in the source already", file);
	}
	return NULL;
}
