/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * json_text.h - finds JSON documents among other output: objects and arrays at the beginning of a
 * line, possibly after blanks. Other lines are skipped.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_JSON_TEXT_H
#define KDUEL_WORKLOADS_OUTPUT_JSON_TEXT_H

#include "lib/err.h"

#include <jansson.h>

/*
 * The next document in text[*at..len), any bytes; advances *at. The caller drops the reference. All
 * numbers are doubles: an integer beyond 2^53 becomes the nearest one. 0; -ENOENT: there is none
 * left; -EPROTO, with the line in `err`: a document is cut off or malformed (part of one must not
 * be taken for the whole).
 */
int json_text__next(const char *text, size_t len, size_t *at, json_t **doc, struct err *err);
/* The last document. -EPROTO: there is none, or one is cut off or malformed. */
int json_text__last(const char *text, size_t len, json_t **doc, struct err *err);

#endif
