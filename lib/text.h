/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * text.h - normalizes text files from elsewhere before they are parsed.
 *
 * Drops a UTF-8 byte order mark and terminal colours, and turns CR LF into LF. A CR on its own,
 * with which programs overwrite their progress display, also ends a line. Refuses, by name, what is
 * not text: UTF-16, compressed files, programs, databases, and NUL bytes (where a parser would
 * stop).
 */
#ifndef KDUEL_TEXT_H
#define KDUEL_TEXT_H

#include "lib/err.h"

/* Normalize text[0..*len) in place; it never grows and stays NUL-terminated. -EINVAL if it is not
 * text: `err` says what it is and what to do. */
int text__clean(char *text, size_t *len, struct err *err);
/* If the first bytes show that this is not UTF-8 text, what it is and what to do ("UTF-16 text,
 * expected UTF-8: ..."); else NULL. Static string. */
const char *text__misnomer(const char *bytes, size_t len);
/* Read a file like fs__read() and normalize it; "-" is standard input. `err` begins with the path.
 * The caller frees *out. 0 or -errno. */
int text__read(const char *path, size_t max, char **out, size_t *len, struct err *err);

#endif
