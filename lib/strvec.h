/* SPDX-License-Identifier: GPL-2.0-only */
/* strvec.h - a growing, NULL-terminated vector of strings (argv and lists). */
#ifndef KDUEL_STRVEC_H
#define KDUEL_STRVEC_H

#include "lib/base.h"

struct strvec {
	char **v; /* NULL-terminated once it has an element, else NULL */
	size_t n;
};

/* Append a copy of `s`. */
void strvec__push(struct strvec *sv, const char *s);
/* Append a formatted string. */
void strvec__pushf(struct strvec *sv, const char *fmt, ...) __printf(2, 3);
/* Append copies of all arguments up to the terminating NULL. */
void strvec__push_all(struct strvec *sv, ...) __attribute__((sentinel));
bool strvec__has(const struct strvec *sv, const char *s);
/* Sort by bytes, independent of the locale, and drop duplicates. */
void strvec__sort_unique(struct strvec *sv);
/* Join into one line with each argument quoted for a POSIX shell where needed; the caller frees. */
char *strvec__shell_line(const struct strvec *sv);
/* Join with `sep` in between; the caller frees. */
char *strvec__join(const struct strvec *sv, const char *sep);
/* Free everything; the vector is empty and reusable afterwards. */
void strvec__release(struct strvec *sv);

#endif
