// SPDX-License-Identifier: GPL-2.0-only
/* site.c - the router: maps a path to the page function from reports/web/list.h. */
#include "reports/site/site.h"
#include "reports/store/snapshot.h"
#include "reports/web/link.h"

static const struct {
	const char *pattern;
	page_fn *fn;
	bool plain; /* needs no database */
	const char *keys; /* allowed query parameters; NULL: any */
} routes[] = {
#define X(name, pattern) { pattern, page_##name, false, NULL },
#define X_PLAIN(name, pattern) { pattern, page_##name, true, NULL },
#define X_DATA(name, pattern, keys) { pattern, page_##name, false, keys },
#include "reports/web/list.h"
#undef X_DATA
#undef X_PLAIN
#undef X
};

/* Index of the first route that matches, or -errno. */
static int find_route(const char *path, struct route_args *args, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(routes); i++) {
		int ret = route__match(routes[i].pattern, path, args, err);

		if (ret)
			return ret < 0 ? ret : (int)i;
	}
	return err__set(err, -ENOENT, "there is no page %.500s%s", path,
			str_starts(path, "/api/v1/") && !strchr(path, '.') ?
				"; data have addresses that end in .json or .csv" :
				"");
}

bool site__needs_store(const char *path)
{
	_cleanup_(route_args__release) struct route_args args = { 0 };
	int i = find_route(path, &args, NULL);

	return i >= 0 && !routes[i].plain;
}

bool site__is_free(const char *base)
{
	static const char *const forms[] = { "/edit", "/logout" };
	size_t n = *base ? 1 + strcspn(base + 1, "/") : 0;
	bool taken = false;

	for (size_t i = 0; i < ARRAY_SIZE(routes); i++)
		taken = taken || (strcspn(routes[i].pattern + 1, "/") + 1 == n &&
				  !strncmp(routes[i].pattern, base, n));
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		taken = taken || (strlen(forms[i]) == n && !strncmp(forms[i], base, n));
	return !taken;
}

/* Reject unknown parameters of data URLs: a program that misspells one would take the answer to a
 * different question for its own. */
static int check_query(const struct query *q, const char *keys, struct err *err)
{
	for (size_t i = 0; keys && i < q->n; i++)
		if (!link__has_key(keys, q->items[i].key))
			return err__set(err, -EINVAL, "unknown parameter '%.64s': %s%s",
					q->items[i].key,
					*keys ? "there are " : "these data take none", keys);
	return 0;
}

/* Run a page within one snapshot, so that all its queries see the same state. Closing the stream
 * sets the body, even on error. */
static int show(struct store *st, const struct page_request *req, page_fn *fn,
		struct page_reply *reply, struct err *err)
{
	FILE *out = page_reply__begin(reply);
	int ret = st ? store_snapshot__begin(st, err) : 0;

	if (!ret)
		ret = fn(st, req, out, reply, err);
	if (st)
		store_snapshot__end(st);
	fclose(out);
	return ret;
}

/* An error page replaces whatever the page has written so far. */
int site__render(struct store *st, const struct page_request *req, struct page_reply *reply,
		 struct err *err)
{
	struct page_request now = *req;
	int ret = find_route(req->path, &now.args, err);

	*reply = (struct page_reply){ 0 };
	if (ret >= 0) {
		page_fn *fn = routes[ret].fn;

		ret = check_query(req->query, routes[ret].keys, err);
		ret = ret ? ret : show(st, &now, fn, reply, err);
	}
	route_args__release(&now.args);
	if (ret) {
		page_reply__release(reply);
		page__say(req, page__status(ret), err->msg, reply);
	}
	return ret;
}
