/* SPDX-License-Identifier: GPL-2.0-only */
/* route.h - path patterns: in "/campaign/:id", ":id" matches any one segment. */
#ifndef KDUEL_WEB_ROUTE_H
#define KDUEL_WEB_ROUTE_H

#include "lib/err.h"

#define ROUTE_MAX_ARGS 4
/* Every pattern is tried, so thousands of slashes would keep a processor busy for a second. */
#define ROUTE_MAX_PARTS 16

/* The values of the ":" segments of a pattern, decoded. Zero-initialized it is empty. */
struct route_args {
	char *v[ROUTE_MAX_ARGS]; /* owned; never "" */
	size_t n;
};

/*
 * Does the path (as in the URL, percent-encoded) match? 1: yes, 0: no; -EINVAL: it does not begin
 * with "/", is malformed, has a "." or ".." component, or more than ROUTE_MAX_PARTS parts. "%2F" is
 * a slash inside a segment, as names may contain one. A ":name" may have an ending:
 * "/campaign/:id.json". The caller releases `args`.
 */
int route__match(const char *pattern, const char *path, struct route_args *args, struct err *err);
void route_args__release(struct route_args *args);

#endif
