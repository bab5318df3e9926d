/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * link.h - links between pages, on a server and in a static copy.
 *
 * Results are URLs that still have to be escaped for HTML. The caller frees them.
 */
#ifndef KDUEL_WEB_LINK_H
#define KDUEL_WEB_LINK_H

#include "reports/web/page.h"

/* Link to the page whose path has these parts (not encoded; NULL-terminated); no part: the
 * overview. */
char *link__to(const struct page_request *req, ...) __attribute__((sentinel));
/* Link to the same page with `key` set to `value` (NULL: removed). */
char *link__with(const struct page_request *req, const char *key, const char *value);
/* Link to the data of this page in the format "json", "csv" or "md"; NULL if there is none. */
char *link__data(const struct page_request *req, const char *ending);
/* All data, in the order of reports/web/list.h: the pattern of the path, and the accepted query
 * parameters, separated by blanks. Terminated by .pattern == NULL. */
extern const struct link_data {
	const char *pattern, *keys;
} link__all_data[];
/* Is `key` among these blank-separated words? */
bool link__has_key(const char *keys, const char *key);
/* The file name in `kduel export site` for a URL path: "campaign/0badc0de.html". A slash inside a
 * name is written as "%2F". NULL: malformed path. */
char *link__file(const char *path);
/* The inverse, for a link to such a file without its ".html"; NULL: malformed encoding. */
char *link__path(const char *file_link);

/* Is this an http or https URL with "{}" as placeholder for a commit ID? -EINVAL if not. */
int link__check_commit_url(const char *url, struct err *err);

/* A metric as one segment of a path: WORKLOAD.SOURCE.METRIC (only the metric may contain dots). */
char *link__metric(const char *workload, const char *source, const char *metric);
/* The inverse. On success the caller frees the strings; -EINVAL: malformed. */
int link__read_metric(const char *text, char **workload, char **source, char **metric,
		      struct err *err);

#endif
