/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * err.h - an error that travels upward with its explanation.
 *
 * Libraries never print. A function that can fail for a reason a person must read takes a
 * `struct err *` and writes there what it expected and what it found; the command prints it once.
 * `err` may be NULL everywhere.
 */
#ifndef KDUEL_ERR_H
#define KDUEL_ERR_H

#include "lib/base.h"

struct err {
	char msg[4096]; /* room for the last lines of a failed build */
};

/* Store a message and return `code` (a negative errno), so that a failing
 * function can end with `return err__set(err, -EINVAL, "...")`. */
int err__set(struct err *err, int code, const char *fmt, ...) __printf(3, 4);

/* Put context before an existing message ("boot 3: " ...); returns `code`. */
int err__prefix(struct err *err, int code, const char *fmt, ...) __printf(3, 4);

/* "WHAT: No such file or directory" for `code`, a negative errno, which is returned; `what` is
 * usually a path. */
int err__errno(struct err *err, int code, const char *what);

/* A message as one line. What a failed program printed stands below a line that ends in ":"; of it, the line
 * that says most is put behind that one. The caller frees. */
char *err__line(const char *msg);

#endif
