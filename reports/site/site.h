/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * site.h - from a URL to its page; the server and the static export both end here.
 *
 * Neither knows a page by name: reports/web/list.h has the patterns and the functions.
 */
#ifndef KDUEL_SITE_SITE_H
#define KDUEL_SITE_SITE_H

#include "reports/web/page.h"

/* Fill `reply` in any case: with the page, or with one that reports the error. The page reads one
 * snapshot of the database. Returns, for the log, what the page returned: 0 or -errno with `err`.
 * `st` may be NULL for pages that need no database. The caller releases `reply`. */
int site__render(struct store *st, const struct page_request *req, struct page_reply *reply,
		 struct err *err);
/* May all paths begin with this one, or is it the beginning of a page's? */
bool site__is_free(const char *base);
/* Does the page at this path read the database? */
bool site__needs_store(const char *path);

#endif
