/* SPDX-License-Identifier: GPL-2.0-only */
/* source.h - a file that is being read, and what its parser makes of it; only for reports/foreign/. */
#ifndef KDUEL_FOREIGN_SOURCE_H
#define KDUEL_FOREIGN_SOURCE_H

#include "lib/err.h"
#include "reports/foreign/results.h"

struct source {
	struct foreign *f;
	const char *name; /* of the file, for messages */
	const char *variant; /* whose results they are; NULL: the file says so itself */
	const char *tool; /* name of the format */
	char *text; /* ends with a NUL behind its `len` bytes; the parser may change it */
	size_t len;
	size_t file; /* index into f->files */
	struct err *err;
};

/* "FILE:LINE: message"; returns -EINVAL. */
int source__fail(const struct source *s, size_t line, const char *fmt, ...) __printf(3, 4);
/* Keep a note "FILE:LINE: message" on something that is left out. */
void source__note(const struct source *s, size_t line, const char *fmt, ...) __printf(3, 4);
/* Keep a sentence on what such results do not tell. */
void source__lack(const struct source *s, const char *what);

/* Whether more of a unit is better: BETTER_*, or -1 where it does not say. */
int unit__better(const char *unit);

/* A value as a file has it. Names are any text that the file had; NULL or "" is none. */
struct figure {
	const char *variant; /* NULL: the source's */
	const char *workload, *metric, *unit;
	int better; /* BETTER_*; -1: the metric describes, it is never better or worse */
	bool secondary, count;
	double value;
	uint64_t enabled_ns, running_ns;
	size_t line; /* for messages */
};

/* Add it: another value of the same metric of the same file and variant is its next iteration. 0, or -EINVAL
 * where it is not finite, or there is too much. */
int source__put(struct source *s, const struct figure *fig);

#endif
