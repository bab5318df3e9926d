/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * query.h - the names and values behind the "?" of a URL. All state of a view is there, so that
 * every view can be linked to.
 *
 * The encoding is that of HTML forms (application/x-www-form-urlencoded): "%41" is a byte, "+" a
 * blank. The text is untrusted: anything but well-formed UTF-8 without control characters (except
 * tab and line ends) is refused, and so is too much of it. A zero-initialised query is empty.
 */
#ifndef KDUEL_WEB_QUERY_H
#define KDUEL_WEB_QUERY_H

#include "lib/err.h"

#define QUERY_MAX_ITEMS 64
#define QUERY_MAX_LEN (16u << 10) /* bytes as they come in */

struct query_item {
	char *key, *value; /* owned; decoded; key is never "" */
};

struct query {
	struct query_item *items; /* in the order they came */
	size_t n;
};

/* Parse the text behind the "?" or the body of a form. -EINVAL: broken, -E2BIG: too much; then the
 * query is empty. The caller releases it. */
int query__parse(struct query *q, const char *text, size_t len, struct err *err);
void query__release(struct query *q);

/* The first value of a key, or NULL. */
const char *query__get(const struct query *q, const char *key);
/* The same, with a default for what is missing or empty. */
const char *query__get_or(const struct query *q, const char *key, const char *other);
/* Is this value among those of the key? */
bool query__has(const struct query *q, const char *key, const char *value);
/* Append copies of both. */
void query__add(struct query *q, const char *key, const char *value);

/* The canonical text: by key, equal keys in their order, empty values left out. Equal views have
 * equal text. "" if nothing is left; the caller frees. */
char *query__encode(const struct query *q);
/* The canonical text with all values of `key` replaced by `value` (NULL: dropped). */
char *query__encode_with(const struct query *q, const char *key, const char *value);

/* One segment of a path or one value, decoded: `plus` turns "+" into a blank. -EINVAL as above.
 * *out is owned by the caller. */
int query__decode(const char *text, size_t len, bool plus, char **out, struct err *err);
/* Encode for any place of a URL: all but letters, digits and "-._~". The caller frees. */
char *query__escape(const char *text);

#endif
