/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * err.h - an error code that travels up the call chain together with its explanation.
 *
 * Libraries never print. A function that can fail for a reason the user must know takes a `struct
 * err *` and stores what it expected and what it found; the command prints that once. `err` may be
 * NULL everywhere.
 */
#ifndef KDUEL_ERR_H
#define KDUEL_ERR_H

#include "lib/base.h"

struct err {
	char msg[4096]; /* room for the last lines of a failed build */
};

/* Store a message and return `code` (a negative errno), so that a failing function can end with
 * `return err__set(err, -EINVAL, "...")`. The arguments may point into the old message. */
int err__set(struct err *err, int code, const char *fmt, ...) __printf(3, 4);

/* Put context before an existing message ("boot 3: " ...); returns `code`. */
int err__prefix(struct err *err, int code, const char *fmt, ...) __printf(3, 4);

/* Store "WHAT: No such file or directory", with the text for `code`, a negative errno, and return
 * `code`. `what` is usually a path. */
int err__errno(struct err *err, int code, const char *what);

/* Condense a message to one line. If its first line ends in ":", the output of a failed program
 * follows; the most telling line of that output is appended to the first. The caller frees. */
char *err__line(const char *msg);

#endif
