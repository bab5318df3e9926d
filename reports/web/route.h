/* SPDX-License-Identifier: GPL-2.0-only */
/* route.h - patterns of paths: in "/campaign/:id", ":id" stands for any one segment. */
#ifndef KDUEL_WEB_ROUTE_H
#define KDUEL_WEB_ROUTE_H

#include "lib/err.h"

#define ROUTE_MAX_ARGS 4
/* Thousands of slashes would keep a processor busy for a second: each pattern is tried. */
#define ROUTE_MAX_PARTS 16

/* What the ":" segments of a pattern stood for, decoded. Zero-initialised it is empty. */
struct route_args {
	char *v[ROUTE_MAX_ARGS]; /* owned; never "" */
	size_t n;
};

/* Does the path (as in the URL, still encoded) match? 1 yes, 0 no; -EINVAL: it does not begin with
 * "/", is badly encoded, has "." or ".." between slashes, or more than ROUTE_MAX_PARTS parts. "%2F" is a slash inside a segment,
 * since names may have one. A ":name" may have an ending: "/campaign/:id.json". The caller releases
 * `args`. */
int route__match(const char *pattern, const char *path, struct route_args *args, struct err *err);
void route_args__release(struct route_args *args);

#endif
