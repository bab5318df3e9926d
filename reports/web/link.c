// SPDX-License-Identifier: GPL-2.0-only
/* link.c - URLs of pages on a server, and file names of the same pages in a static copy. */
#include "reports/web/link.h"

#include <stdarg.h>

const struct link_data link__all_data[] = {
#define X(name, pattern)
#define X_PLAIN(name, pattern)
#define X_DATA(name, pattern, keys) { pattern, keys },
#include "reports/web/list.h"
#undef X_DATA
#undef X_PLAIN
#undef X
	{ 0 },
};

/* The query parameters that the data at this path accept; NULL: there are no data. */
static const char *data_keys(const char *path)
{
	for (const struct link_data *d = link__all_data; d->pattern; d++) {
		_cleanup_(route_args__release) struct route_args args = { 0 };

		if (route__match(d->pattern, path, &args, NULL) == 1)
			return d->keys;
	}
	return NULL;
}

bool link__has_key(const char *keys, const char *key)
{
	size_t len = strlen(key);

	for (const char *p = keys; (p = strstr(p, key)); p += len)
		if (len && (p == keys || p[-1] == ' ') && (!p[len] || p[len] == ' '))
			return true;
	return false;
}

/* Replace each segment of a path by map(segment), an allocated string; NULL if that is NULL for any
 * of them. The caller frees the result. */
static char *map_path(const char *path, char *(*map)(const char *segment))
{
	char *out = xstrdup("");

	for (bool more = true; more; path++) {
		size_t len = strcspn(path, "/");
		_free_ char *segment = xstrndup(path, len), *old = out, *mapped = map(segment);

		more = path[len];
		out = mapped ? xasprintf("%s%s%s", old, mapped, more ? "/" : "") : NULL;
		if (!mapped)
			return NULL;
		path += len;
	}
	return out;
}

/* The file name of a decoded segment: "/" and "%" become "%2F" and "%25". */
static char *file_name(const char *name)
{
	char *out = xcalloc(3, strlen(name) + 1), *p = out;

	for (; *name; name++)
		if (*name == '/' || *name == '%')
			p = stpcpy(p, *name == '/' ? "%2F" : "%25");
		else
			*p++ = *name;
	return out;
}

/* Percent-decode a segment; NULL if it is malformed. */
static char *decode_segment(const char *segment)
{
	char *out;

	return query__decode(segment, strlen(segment), false, &out, NULL) ? NULL : out;
}

/* Convert a segment of a URL to a file name. */
static char *segment_file(const char *segment)
{
	_free_ char *name = decode_segment(segment);

	return name ? file_name(name) : NULL;
}

/* Convert a segment of a URL to a segment of a link to its file, which is percent-encoded again. */
static char *segment_link(const char *segment)
{
	_free_ char *file = segment_file(segment);

	return file ? query__escape(file) : NULL;
}

/* The inverse of segment_link(). */
static char *link_segment(const char *link)
{
	_free_ char *file = decode_segment(link), *name = file ? decode_segment(file) : NULL;

	return name ? query__escape(name) : NULL;
}

char *link__path(const char *file_link)
{
	return map_path(file_link, link_segment);
}

char *link__to(const struct page_request *req, ...)
{
	char *url = xstrdup(req->root);
	const char *part;
	size_t n = 0;
	va_list ap;

	va_start(ap, req);
	while ((part = va_arg(ap, const char *))) {
		_free_ char *old = url;
		_free_ char *name = req->static_site ? file_name(part) : xstrdup(part);
		_free_ char *safe = query__escape(name);

		url = xasprintf("%s%s%s", old, n++ ? "/" : "", safe);
	}
	va_end(ap);
	if (req->static_site) {
		_free_ char *old = url;

		url = xasprintf("%s%s.html", old, n ? "" : "index");
	}
	return url;
}

char *link__with(const struct page_request *req, const char *key, const char *value)
{
	_free_ char *query = query__encode_with(req->query, key, value);
	const char *slash = strrchr(req->path, '/');

	if (*query)
		return xasprintf("?%s", query);
	/* A lone "?" would work, but the canonical URL lacks it. The "./" keeps a name with a colon
	 * from being taken for a scheme. */
	if (!req->static_site)
		return xasprintf("./%s", slash ? slash + 1 : "");
	_free_ char *file = link__file(req->path);

	slash = strrchr(file, '/');
	return query__escape(slash ? slash + 1 : file);
}

char *link__data(const struct page_request *req, const char *ending)
{
	_cleanup_(query__release) struct query q = { 0 };
	const char *keys;
	_free_ char *query = NULL;
	_free_ char *path = streq(req->path, "/") ? xasprintf("api/v1/campaigns.%s", ending) :
						    xasprintf("api/v1%s.%s", req->path, ending);
	_free_ char *full = xasprintf("/%s", path);

	keys = data_keys(full);
	if (!keys)
		return NULL;
	/* Parameters that only concern the page, such as which rows are open, mean nothing for
	 * data. */
	for (size_t i = 0; i < req->query->n; i++)
		if (link__has_key(keys, req->query->items[i].key))
			query__add(&q, req->query->items[i].key, req->query->items[i].value);
	query = query__encode(&q);
	if (req->static_site) {
		_free_ char *file = map_path(path, segment_link);

		return file ? xasprintf("%s%s", req->root, file) : NULL;
	}
	return xasprintf("%s%s%s%s", req->root, path, *query ? "?" : "", query);
}

char *link__file(const char *path)
{
	_free_ char *plain = map_path(path, segment_file);
	const char *dot;

	if (!plain)
		return NULL;
	if (streq(plain, "/"))
		return xstrdup("index.html");
	dot = str_starts(plain, "/api/") || str_starts(plain, "/assets/") ? "" : ".html";
	return xasprintf("%s%s", plain + 1, dot);
}

int link__check_commit_url(const char *url, struct err *err)
{
	if ((str_starts(url, "https://") || str_starts(url, "http://")) && strstr(url, "{}"))
		return 0;
	return err__set(err, -EINVAL,
			"expected an address with {} in place of the commit, such as "
			"'https://git.kernel.org/torvalds/c/{}', not '%.200s'",
			url);
}

char *link__metric(const char *workload, const char *source, const char *metric)
{
	return xasprintf("%s.%s.%s", workload, source, metric);
}

int link__read_metric(const char *text, char **workload, char **source, char **metric,
		      struct err *err)
{
	const char *dot = strchr(text, '.'), *next = dot ? strchr(dot + 1, '.') : NULL;

	if (!next || dot == text || next == dot + 1 || !next[1])
		return err__set(err, -EINVAL,
				"\"%.200s\" is not a metric: expected WORKLOAD.SOURCE.METRIC",
				text);
	*workload = xstrndup(text, (size_t)(dot - text));
	*source = xstrndup(dot + 1, (size_t)(next - dot - 1));
	*metric = xstrdup(next + 1);
	return 0;
}
