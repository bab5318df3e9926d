/* SPDX-License-Identifier: GPL-2.0-only */
/* assets.h - style sheet, script and icon of the pages, embedded in the program. */
#ifndef KDUEL_WEB_ASSETS_H
#define KDUEL_WEB_ASSETS_H

#include "lib/base.h"

struct asset {
	const char *type; /* content type */
	const char *data;
	size_t len;
};

/* The versioned file name for "kduel.css", ".js" or ".svg": "kduel-0123456789abcdef.css". It
 * changes with the content, so that browsers may cache the file forever. The caller frees. */
char *asset__url(const char *name);
/* Find a file by its versioned name; false if there is none. */
bool asset__find(const char *url, struct asset *out);

#endif
