/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * json_text.h - the JSON documents among other output: objects and arrays that begin a line, blanks
 * before them or not. Lines that hold anything else are passed over.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_JSON_TEXT_H
#define KDUEL_WORKLOADS_OUTPUT_JSON_TEXT_H

#include "lib/err.h"

#include <jansson.h>

/* The next document from text[*at] on, any bytes; *at moves behind it, the caller drops the
 * reference. Every number is a double: an integer beyond 2^53 becomes the nearest one. 0; -ENOENT:
 * there is none left; -EPROTO: what begins like a document is cut or broken, `err` says at which
 * line (a part of it must not be taken for the whole). */
int json_text__next(const char *text, size_t len, size_t *at, json_t **doc, struct err *err);
/* The last one. -EPROTO: none, or one that is cut or broken. */
int json_text__last(const char *text, size_t len, json_t **doc, struct err *err);

#endif
