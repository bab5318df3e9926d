/* SPDX-License-Identifier: GPL-2.0-only */
/* source.h - a file that is being parsed, and the values found in it; only for reports/foreign/. */
#ifndef KDUEL_FOREIGN_SOURCE_H
#define KDUEL_FOREIGN_SOURCE_H

#include "lib/err.h"
#include "reports/foreign/results.h"

struct source {
	struct foreign *f;
	const char *name; /* file name, for messages */
	const char *variant; /* whose results they are; NULL: the file tells */
	const char *tool; /* name of the format */
	char *text; /* has a NUL after its `len` bytes; the parser may modify it */
	size_t len;
	size_t file; /* index into f->files */
	struct err *err;
};

/* Report "FILE:LINE: message"; returns -EINVAL. */
int source__fail(const struct source *s, size_t line, const char *fmt, ...) __printf(3, 4);
/* Record a note "FILE:LINE: message" about something left out. */
void source__note(const struct source *s, size_t line, const char *fmt, ...) __printf(3, 4);
/* Record a sentence about what the results lack. */
void source__lack(const struct source *s, const char *what);

/* The direction of a unit: BETTER_*, or -1 if it is unknown. */
int unit__better(const char *unit);

/* A value as found in a file. Names may be any text; NULL or "" is none. */
struct figure {
	const char *variant; /* NULL: that of the source */
	const char *workload, *metric, *unit;
	int better; /* BETTER_*; -1: the metric has no direction and is never better or worse */
	bool secondary, count;
	double value;
	uint64_t enabled_ns, running_ns;
	size_t line; /* for messages */
};

/* Add a figure: the next iteration of its metric, in this file and variant. 0, or -EINVAL if the
 * value is not finite or there are too many. */
int source__put(struct source *s, const struct figure *fig);

#endif
