// SPDX-License-Identifier: GPL-2.0-only
/* strvec.c - vectors of strings. */
#include "lib/strvec.h"

#include <stdarg.h>

/* Takes ownership of `s`. */
static void push_nodup(struct strvec *sv, char *s)
{
	sv->v = xrealloc(sv->v, sv->n + 2, sizeof(*sv->v)); /* one extra for the terminating NULL */
	sv->v[sv->n++] = s;
	sv->v[sv->n] = NULL;
}

void strvec__push(struct strvec *sv, const char *s)
{
	push_nodup(sv, xstrdup(s));
}

void strvec__pushf(struct strvec *sv, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	push_nodup(sv, s);
}

void strvec__push_all(struct strvec *sv, ...)
{
	const char *s;
	va_list ap;

	va_start(ap, sv);
	while ((s = va_arg(ap, const char *)))
		strvec__push(sv, s);
	va_end(ap);
}

bool strvec__has(const struct strvec *sv, const char *s)
{
	for (size_t i = 0; i < sv->n; i++)
		if (streq(sv->v[i], s))
			return true;
	return false;
}

/* Not strcoll(): the order must not depend on the locale. */
static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strvec__sort_unique(struct strvec *sv)
{
	size_t kept = 0;

	if (!sv->n)
		return;
	qsort(sv->v, sv->n, sizeof(*sv->v), by_bytes);
	for (size_t i = 0; i < sv->n; i++) {
		if (kept && streq(sv->v[kept - 1], sv->v[i]))
			free(sv->v[i]);
		else
			sv->v[kept++] = sv->v[i];
	}
	sv->n = kept;
	sv->v[kept] = NULL;
}

/* Quoting for POSIX shells: in single quotes, with each single quote as '\''. */
static void quote_word(FILE *f, const char *s)
{
	const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789@%+=:,./_-";

	if (*s && strspn(s, plain) == strlen(s)) {
		fputs(s, f);
		return;
	}
	fputc('\'', f);
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", f);
		else
			fputc(*s, f);
	}
	fputc('\'', f);
}

char *strvec__join(const struct strvec *sv, const char *sep)
{
	size_t len = 0, gap = strlen(sep);
	char *text, *at;

	for (size_t i = 0; i < sv->n; i++)
		len += strlen(sv->v[i]) + gap;
	text = at = xcalloc(len + 1, 1);
	for (size_t i = 0; i < sv->n; i++) {
		if (i)
			at = mempcpy(at, sep, gap);
		at = mempcpy(at, sv->v[i], strlen(sv->v[i]));
	}
	return text;
}

char *strvec__shell_line(const struct strvec *sv)
{
	char *line = NULL;
	size_t len = 0;
	FILE *f = xmemstream(&line, &len);

	for (size_t i = 0; i < sv->n; i++) {
		if (i)
			fputc(' ', f);
		quote_word(f, sv->v[i]);
	}
	fclose(f);
	return line;
}

void strvec__release(struct strvec *sv)
{
	for (size_t i = 0; i < sv->n; i++)
		free(sv->v[i]);
	free(sv->v);
	*sv = (struct strvec){ 0 };
}
