/* SPDX-License-Identifier: GPL-2.0-only */
/* assets.h - style and script of the pages, carried inside the program. */
#ifndef KDUEL_WEB_ASSETS_H
#define KDUEL_WEB_ASSETS_H

#include "lib/base.h"

struct asset {
	const char *type; /* of the content */
	const char *data;
	size_t len;
};

/* "kduel-0123456789abcdef.css": the name changes with the content, so that a browser may keep
 * it for good. `name` as in struct asset; the caller frees. */
char *asset__url(const char *name);
/* What is served under such a name: false when nothing is. */
bool asset__find(const char *url, struct asset *out);

#endif
