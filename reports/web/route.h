/* SPDX-License-Identifier: GPL-2.0-only */
/* route.h - which pattern a path fits: "/campaign/:id" takes any one segment as ":id". */
#ifndef KDUEL_WEB_ROUTE_H
#define KDUEL_WEB_ROUTE_H

#include "lib/err.h"

#define ROUTE_MAX_ARGS 4

/* What the ":" segments of a pattern stood for, decoded. Zero-initialised it is empty. */
struct route_args {
	char *v[ROUTE_MAX_ARGS]; /* owned; never "" */
	size_t n;
};

/* Does the path (as in the URL, still encoded) fit? 1 yes, 0 no; -EINVAL: the path is none of
 * ours: not from "/", badly encoded, or with "." or ".." between slashes. "%2F" is a slash inside
 * a segment: names may have one. A segment of a pattern may have text behind the name:
 * "/campaign/:id.json". The caller releases `args`. */
int route__match(const char *pattern, const char *path, struct route_args *args, struct err *err);
void route_args__release(struct route_args *args);

#endif
