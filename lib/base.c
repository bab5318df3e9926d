// SPDX-License-Identifier: GPL-2.0-only
/* base.c - allocation that ends the process when memory is exhausted, and scope-exit cleanups. */
#include "lib/base.h"

#include <unistd.h>

/* For _free_: the compiler passes the address of the variable. */
void base__free_ptr(void *p)
{
	free(*(void **)p);
}

/* For _close_. Harmless for a descriptor that was never opened (-1). */
void base__close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static void *or_die(void *p)
{
	if (!p) {
		fputs("kduel: out of memory\n", stderr);
		abort();
	}
	return p;
}

/* calloc(0) may return NULL without being out of memory. */
void *xcalloc(size_t n, size_t size)
{
	return or_die(calloc(n ? n : 1, size));
}

/* reallocarray() checks the product for overflow; at least one element, as in xcalloc(). */
void *xrealloc(void *p, size_t n, size_t size)
{
	return or_die(reallocarray(p, n ? n : 1, size));
}

/* The capacity doubles, so the array is full exactly when n is a power of two (or 0). */
void *array__grow(void *v, size_t n, size_t size)
{
	return n & (n - 1) ? v : xrealloc(v, 2 * n, size);
}

char *xstrdup(const char *s)
{
	return or_die(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return or_die(strndup(s, n));
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s;

	return or_die(vasprintf(&s, fmt, ap) < 0 ? NULL : s);
}

void str__one_line(char *s)
{
	for (; *s; s++)
		if (strchr("\t\n\v\f\r", *s))
			*s = ' ';
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

FILE *xmemstream(char **text, size_t *len)
{
	return or_die(open_memstream(text, len));
}
