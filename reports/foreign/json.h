/* SPDX-License-Identifier: GPL-2.0-only */
/* json.h - JSON with line numbers in error messages, which jansson does not provide; only for
 * reports/foreign/. */
#ifndef KDUEL_FOREIGN_JSON_H
#define KDUEL_FOREIGN_JSON_H

#include "reports/foreign/source.h"

#include <jansson.h>

/* A step of a path from the outermost value down: a key, or an index if `key` is NULL. */
struct json_step {
	const char *key;
	size_t index;
};

#define KEY(k) ((struct json_step){ (k), 0 })
#define INDEX(i) ((struct json_step){ NULL, (i) })
#define WAY(...)                                     \
	((const struct json_step[]){ __VA_ARGS__ }), \
		sizeof((const struct json_step[]){ __VA_ARGS__ }) / sizeof(struct json_step)

/* Parse the text of a source; -EINVAL with the line. The caller calls json_decref(). */
int source__json(const struct source *s, json_t **root);
/* The line where the value at the end of the path begins, or the last one on the path that
 * exists. */
size_t source__line(const struct source *s, const struct json_step *way, size_t n);
/* Report "FILE:LINE: results[0].times[3]: message"; returns -EINVAL. */
int source__fail_at(const struct source *s, const struct json_step *way, size_t n, const char *fmt,
		    ...) __printf(4, 5);

#endif
