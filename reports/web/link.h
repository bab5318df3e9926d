/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * link.h - links from one page to another, on a server and in a static copy on disk.
 *
 * The caller frees all results. They are URLs, still to be escaped as HTML.
 */
#ifndef KDUEL_WEB_LINK_H
#define KDUEL_WEB_LINK_H

#include "reports/web/page.h"

/* To the page whose path has these parts (not encoded), NULL-terminated; none: the overview. */
char *link__to(const struct page_request *req, ...) __attribute__((sentinel));
/* To the same page with `key` set to `value` (NULL: dropped). */
char *link__with(const struct page_request *req, const char *key, const char *value);
/* To the data of this page, by the ending "json", "csv" or "md"; NULL when there is none. */
char *link__data(const struct page_request *req, const char *ending);
/* All data there are, in the order of reports/web/list.h: the pattern of their path, and what the query
 * may have, with blanks between. Ends with .pattern == NULL. */
extern const struct link_data {
	const char *pattern, *keys;
} link__all_data[];
/* Is `key` one of these words with blanks between? */
bool link__has_key(const char *keys, const char *key);
/* The file of `kduel export site` for a path as in a URL: "campaign/0badc0de.html". A slash in a
 * name stays "%2F" there. NULL: no path. */
char *link__file(const char *path);
/* The inverse, for a link to such a file without its ".html"; NULL: broken encoding. */
char *link__path(const char *file_link);

/* Is it an http or https address with "{}" where a commit's id belongs? -EINVAL. */
int link__check_commit_url(const char *url, struct err *err);

/* One metric as part of a path: WORKLOAD.SOURCE.METRIC (only the metric may have a dot). */
char *link__metric(const char *workload, const char *source, const char *metric);
/* The inverse. On success the caller frees the strings; -EINVAL: it is no such text. */
int link__read_metric(const char *text, char **workload, char **source, char **metric,
		      struct err *err);

#endif
