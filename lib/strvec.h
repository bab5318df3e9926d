/* SPDX-License-Identifier: GPL-2.0-only */
/* strvec.h - a growing, NULL-terminated vector of strings (argv and lists). */
#ifndef KDUEL_STRVEC_H
#define KDUEL_STRVEC_H

#include "lib/base.h"

struct strvec {
	char **v; /* NULL-terminated once anything was added, else NULL */
	size_t n;
};

/* Append a copy of `s`. */
void strvec__push(struct strvec *sv, const char *s);
/* Append a formatted string. */
void strvec__pushf(struct strvec *sv, const char *fmt, ...) __printf(2, 3);
/* Append copies of all arguments up to the terminating NULL. */
void strvec__push_all(struct strvec *sv, ...) __attribute__((sentinel));
bool strvec__has(const struct strvec *sv, const char *s);
/* Sort by bytes and drop equal neighbours. */
void strvec__sort_unique(struct strvec *sv);
/* One line fit for a POSIX shell, arguments quoted where needed; caller frees. */
char *strvec__shell_line(const struct strvec *sv);
/* All of them with `sep` between; caller frees. */
char *strvec__join(const struct strvec *sv, const char *sep);
/* Free everything; the vector is empty and reusable afterwards. */
void strvec__release(struct strvec *sv);

#endif
