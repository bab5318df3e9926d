/* SPDX-License-Identifier: GPL-2.0-only */
/* coding.h - chooses and applies a content coding. */
#ifndef KDUEL_SITE_CODING_H
#define KDUEL_SITE_CODING_H

#include "lib/base.h"

enum http_coding { CODING_NONE, CODING_GZIP, CODING_ZSTD, CODING_MAX };

/* "gzip", "zstd"; "" for CODING_NONE. */
const char *http_coding__name(enum http_coding coding);
/* The best coding for an "Accept-Encoding" header (NULL: there is none): the one with the greatest
 * weight, and of several the one that compresses best. CODING_NONE if none is acceptable. */
enum http_coding http_coding__choose(const char *accept);
/* Compress a text; the caller frees the result, whose length is *out_len. NULL if it would not be
 * smaller. */
char *http_coding__encode(enum http_coding coding, const char *text, size_t len, size_t *out_len);

#endif
