// SPDX-License-Identifier: GPL-2.0-only
#include "reports/page-link.h"

#include <stdarg.h>

/* Is there anything at this path? */
static bool is_served(const char *path)
{
	static const char *const patterns[] = {
#define X(name, pattern) pattern,
#define X_PLAIN(name, pattern) pattern,
#include "reports/page-list.h"
#undef X_PLAIN
#undef X
	};
	bool fits = false;

	for (size_t i = 0; !fits && i < ARRAY_SIZE(patterns); i++) {
		struct route_args args = { 0 };

		/* ":id" takes "x.json" as well, but a page is no data. */
		fits = str_starts(patterns[i], "/api/") &&
		       route__match(patterns[i], path, &args, NULL) == 1;
		route_args__release(&args);
	}
	return fits;
}

char *link__to(const struct page_request *req, ...)
{
	char *url = xstrdup(req->root);
	const char *part;
	size_t n = 0;
	va_list ap;

	va_start(ap, req);
	while ((part = va_arg(ap, const char *))) {
		_free_ char *old = url, *safe = query__escape(part);

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
	/* A lone "?" would do, but the plain address is the canonical one. "./": what stands
	 * before a colon in a name is no scheme. */
	if (!req->static_site)
		return xasprintf("./%s", slash ? slash + 1 : "");
	_free_ char *file = link__file(req->path);

	slash = strrchr(file, '/');
	return query__escape(slash ? slash + 1 : file);
}

char *link__data(const struct page_request *req, const char *ending)
{
	_free_ char *query = query__encode(req->query);
	_free_ char *path = streq(req->path, "/") ? xasprintf("api/v1/campaigns.%s", ending) :
						    xasprintf("api/v1%s.%s", req->path, ending);
	_free_ char *full = xasprintf("/%s", path);

	if (!is_served(full))
		return NULL;
	return xasprintf("%s%s%s%s", req->root, path, *query && !req->static_site ? "?" : "",
			 req->static_site ? "" : query);
}

char *link__file(const char *path)
{
	_free_ char *plain = NULL;
	const char *dot;

	if (query__decode(path, strlen(path), false, &plain, NULL))
		return NULL;
	if (streq(plain, "/"))
		return xstrdup("index.html");
	dot = str_starts(plain, "/api/") || str_starts(plain, "/assets/") ? "" : ".html";
	return xasprintf("%s%s", plain + 1, dot);
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
		return err__set(err, -EINVAL, "\"%.200s\" is no metric: expected "
				"WORKLOAD.SOURCE.METRIC", text);
	*workload = xstrndup(text, (size_t)(dot - text));
	*source = xstrndup(dot + 1, (size_t)(next - dot - 1));
	*metric = xstrdup(next + 1);
	return 0;
}
