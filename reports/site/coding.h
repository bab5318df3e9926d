/* SPDX-License-Identifier: GPL-2.0-only */
/* coding.h - compressed answers: what a client takes, and how it is made. */
#ifndef KDUEL_SITE_CODING_H
#define KDUEL_SITE_CODING_H

#include "lib/base.h"

enum http_coding { CODING_NONE, CODING_GZIP, CODING_ZSTD, CODING_MAX };

/* "gzip", "zstd"; "" for none. */
const char *http_coding__name(enum http_coding coding);
/* The coding that suits an "Accept-Encoding" header (NULL: there is none) best: of the greatest
 * weight, and of equal ones the smallest result. CODING_NONE also where nothing suits. */
enum http_coding http_coding__choose(const char *accept);
/* The text in a coding, owned by the caller, and its length; NULL if it would not be smaller. */
char *http_coding__encode(enum http_coding coding, const char *text, size_t len, size_t *out_len);

#endif
