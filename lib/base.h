/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base.h - what every file needs: attributes, string tests, and allocation that cannot fail.
 *
 * The x*() allocators abort when memory is exhausted: a runner or an agent that cannot get a few
 * kilobytes has nothing sensible left to do.
 */
#ifndef KDUEL_BASE_H
#define KDUEL_BASE_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
/* One row of a table, for use inside a macro: versions of clang-format disagree on a bare { ... }
 * there. */
// clang-format off
#define ROW(...) { __VA_ARGS__ }
// clang-format on
/* A NULL-terminated array of strings, as functions and tables take it. */
#define STRINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define __printf(fmt, args) __attribute__((format(printf, fmt, args)))
#define __noreturn __attribute__((noreturn))
#define __unused __attribute__((unused))

/* Calls release(&variable) whenever the variable goes out of scope:
 * `_cleanup_(strvec__release) struct strvec words = { 0 };`. */
#define _cleanup_(release) __attribute__((cleanup(release)))
/* Defines release##p(), which releases the object that a pointer points to:
 * `_cleanup_(campaign__freep) struct campaign *c = NULL;`. */
#define CLEANUP_POINTER(type, release)          \
	static inline void release##p(type **p) \
	{                                       \
		release(*p);                    \
	}
/* Frees the variable when it goes out of scope: `_free_ char *s = ...;`. */
#define _free_ _cleanup_(base__free_ptr)
/* Closes the descriptor when it goes out of scope, unless it is negative. */
#define _close_ _cleanup_(base__close_fd)

void base__free_ptr(void *p);
void base__close_fd(const int *fd);

/* Both abort when memory is exhausted; n = 0 allocates one element. xcalloc() zeroes, xrealloc()
 * does not zero what it adds. Free with free(). */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
/* The function behind GROW() and APPEND(): returns `v`, reallocated if its `n` elements of `size`
 * bytes fill it. */
void *array__grow(void *v, size_t n, size_t size);
/*
 * Make room for one more element after the first `n` of array `v`. The capacity doubles whenever n
 * is a power of two and so need not be stored; do not grow such an array in any other way. APPEND()
 * also counts the new element and returns its address:
 * `*APPEND(list->v, list->n) = x;`.
 */
#define GROW(v, n) ((v) = array__grow((v), (n), sizeof(*(v))))
#define APPEND(v, n) (GROW(v, n), &(v)[(n)++])
/* Replace each newline, tab and the like by a blank: one byte each, the length stays. */
void str__one_line(char *s);
/* sprintf into a new string; the caller frees it. */
char *xasprintf(const char *fmt, ...) __printf(1, 2);
char *xvasprintf(const char *fmt, va_list ap) __printf(1, 0);
/* open_memstream() that cannot fail: after fclose(), *text holds what was written (the caller
 * frees) and *len its length. */
FILE *xmemstream(char **text, size_t *len);

/* The ending of a regular noun after a number, as in "3 boots". */
static inline const char *plural_s(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static inline bool str_ends(const char *s, const char *tail)
{
	size_t n = strlen(s), t = strlen(tail);

	return n >= t && streq(s + n - t, tail);
}

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets mktemp tmpnam

#endif
