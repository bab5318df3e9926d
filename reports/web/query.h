/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * query.h - the query parameters of a URL. They hold all state of a view, so that every view can be
 * linked to.
 *
 * The encoding is that of HTML forms (application/x-www-form-urlencoded): "%41" is a byte, "+" a
 * blank. The input is untrusted: anything but well-formed UTF-8 without control characters (except
 * tab and line ends) is rejected, and so are too many or too long parameters. A zero-initialized
 * query is empty.
 */
#ifndef KDUEL_WEB_QUERY_H
#define KDUEL_WEB_QUERY_H

#include "lib/err.h"

#define QUERY_MAX_ITEMS 64
#define QUERY_MAX_LEN (16u << 10) /* bytes before decoding */

struct query_item {
	char *key, *value; /* owned; decoded; key is never "" */
};

struct query {
	struct query_item *items; /* in the order of the input */
	size_t n;
};

/* Parse the part of a URL after the "?", or the body of a form. -EINVAL: malformed, -E2BIG: too
 * large; the query is then empty. The caller releases it. */
int query__parse(struct query *q, const char *text, size_t len, struct err *err);
void query__release(struct query *q);

/* The first value of a key, or NULL. */
const char *query__get(const struct query *q, const char *key);
/* Likewise, with a default if it is missing or empty. */
const char *query__get_or(const struct query *q, const char *key, const char *other);
/* Does the key have this value, possibly among others? */
bool query__has(const struct query *q, const char *key, const char *value);
/* Append copies of both. */
void query__add(struct query *q, const char *key, const char *value);

/* The canonical encoding: sorted by key, equal keys in their order, without empty values. Equal
 * views have equal encodings. "" if nothing is left; the caller frees. */
char *query__encode(const struct query *q);
/* The canonical encoding with all values of `key` replaced by `value` (NULL: removed). */
char *query__encode_with(const struct query *q, const char *key, const char *value);

/* Decode a path segment or a value; `plus`: "+" means a blank. -EINVAL as above. The caller frees
 * *out. */
int query__decode(const char *text, size_t len, bool plus, char **out, struct err *err);
/* Percent-encode for use anywhere in a URL: everything but letters, digits and "-._~". The caller
 * frees. */
char *query__escape(const char *text);

#endif
