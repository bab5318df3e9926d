/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * site.h - makes the page for a URL, for both the server and the static export.
 *
 * Pages are not known by name here: reports/web/list.h has their patterns and functions.
 */
#ifndef KDUEL_SITE_SITE_H
#define KDUEL_SITE_SITE_H

#include "reports/web/page.h"

/* Always fill `reply`: with the page, or with one that reports the error. The page reads a single
 * snapshot of the database. Returns what the page function returned, for the log: 0, or -errno with
 * `err`. `st` may be NULL for pages that need no database. The caller releases `reply`. */
int site__render(struct store *st, const struct page_request *req, struct page_reply *reply,
		 struct err *err);
/* Can this be the prefix of all paths, or would it clash with the path of a page? */
bool site__is_free(const char *base);
/* Does the page at this path read the database? */
bool site__needs_store(const char *path);

#endif
