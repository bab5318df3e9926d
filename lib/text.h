/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * text.h - text files that others wrote, made uniform before anything is read out of them.
 *
 * A byte order mark of UTF-8 and the colours of a terminal are dropped and CR LF becomes LF; a CR by
 * itself, with which programs write over their progress, ends a line too. What is no text is refused
 * by name: UTF-16, packed files, programs and databases, NUL bytes (a parser would take the first for
 * the end).
 */
#ifndef KDUEL_TEXT_H
#define KDUEL_TEXT_H

#include "lib/err.h"

/* Make text[0..*len) uniform in place; it gets no longer and stays NUL-terminated. -EINVAL when it
 * is no text: `err` says what it is and what to do. */
int text__clean(char *text, size_t *len, struct err *err);
/* "UTF-16 text, expected UTF-8: ..." where the first bytes say that this is no text in UTF-8; NULL
 * where they say nothing. */
const char *text__misnomer(const char *bytes, size_t len);
/* Read a file as fs__read() does and clean it; "-" is standard input. `err` begins with the path.
 * The caller frees *out. 0 or -errno. */
int text__read(const char *path, size_t max, char **out, size_t *len, struct err *err);

#endif
