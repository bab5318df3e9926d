// SPDX-License-Identifier: GPL-2.0-only
/* answer.c - makes the page for a GET request. */
#include "reports/site/answer.h"
#include "reports/site/send.h"
#include "reports/site/site.h"
#include "reports/site/workers.h"

/* A URL split at the "?". */
struct target {
	char *path; /* owned; still percent-encoded */
	struct query query;
};

/* Call target__release() even on error. -EINVAL, -E2BIG: see query__parse(). */
static int target__parse(struct target *t, const char *url, struct err *err)
{
	size_t n = strcspn(url, "?");
	const char *query = url[n] ? url + n + 1 : "";

	t->path = xstrndup(url, n);
	return query__parse(&t->query, query, strlen(query), err);
}

static void target__release(struct target *t)
{
	free(t->path);
	query__release(&t->query);
}

/* A page with a message: HTML, or JSON if the path is below /api/. Returns a reference that the
 * caller owns. */
static struct http_page *message_page(const struct http_request *r, const char *path, int status,
				      const char *text)
{
	struct page_request req = { .path = path,
				    .root = r->h->root,
				    .query = &(struct query){ 0 } };
	struct page_reply reply;

	page__say(&req, status, text, &reply);
	return http_page__new(&reply);
}

/* The text of an error for clients, with the path of the database replaced. */
static char *public_text(const struct http_request *r, const struct err *err)
{
	const char *db = r->h->opts.db, *at = strstr(err->msg, db);

	return at ? xasprintf("%.*s%s%s", (int)(at - err->msg), err->msg, "the database",
			      at + strlen(db)) :
		    xstrdup(err->msg);
}

/* The page for a -errno. Server errors are logged as well. Client errors are not, or anybody could
 * fill the log; nor are temporary conditions. */
static struct http_page *error_page(struct http_request *r, const char *path, int ret,
				    const struct err *err)
{
	_free_ char *text = public_text(r, err);
	int status = page__status(ret);

	if (ret == -EINPROGRESS) {
		struct http_page *page = message_page(r, path, status, text);

		page->reply.again_s = HTTP_AGAIN_S;
		return page;
	}
	if (status >= 500 && ret != -ECANCELED)
		http_log__line(&r->h->log, "%.200s: %.1500s", path, err->msg);
	if (ret == -ENOMEDIUM && !str_starts(path, "/api/")) {
		const struct page_request req = { .path = path,
						  .root = r->h->root,
						  .query = &(struct query){ 0 } };
		struct page_reply reply;

		page__no_database(&req, &reply);
		return http_page__new(&reply);
	}
	return message_page(r, path, status, text);
}

struct http_page *http_answer__error(struct http_request *r, int ret, const struct err *err)
{
	return error_page(r, r->browser ? "/" : "/api/", ret, err);
}

struct http_page *http_answer__say(struct http_request *r, unsigned int status, const char *text)
{
	return message_page(r, r->browser ? "/" : "/api/", (int)status, text);
}

enum MHD_Result http_answer__message(struct http_request *r, unsigned int status, const char *text)
{
	return http_send__page(r, http_answer__say(r, status, text), true);
}

/* The page that a GET request asks for, and its key in the cache. */
struct wanted {
	struct target t;
	struct page_request req;
	char *url; /* owned; with the query in canonical form: the cache key */
	bool plain; /* needs no database */
};

/* Fill in what the page functions get. Call wanted__release() even on error: the path is set even
 * if the query cannot be parsed, for the error page. */
static int wanted__init(struct wanted *w, struct http_request *r, struct err *err)
{
	_free_ char *query = NULL;
	int ret;

	*w = (struct wanted){ 0 };
	ret = target__parse(&w->t, r->url, err);
	w->req = (struct page_request){ .path = w->t.path,
					.root = r->h->root,
					.query = &w->t.query,
					.published = r->h->opts.published,
					.commit_url = r->h->opts.commit_url,
					.caches = &r->h->caches,
					.may_login = r->h->sessions != NULL,
					.csrf = *r->csrf ? r->csrf : NULL };
	w->plain = !ret && !site__needs_store(w->t.path);
	query = ret ? NULL : query__encode(&w->t.query);
	w->url = xasprintf("%s?%s", w->t.path, query ? query : "");
	return ret;
}

static void wanted__release(struct wanted *w)
{
	target__release(&w->t);
	free(w->url);
}

/* Make a page, with a connection from the pool if it needs the database. Never NULL: errors are
 * pages, too. */
static struct http_page *render_page(struct http_request *r, const struct wanted *w)
{
	struct page_reply reply = { 0 };
	struct http_store s = { 0 };
	struct err err = { "" };
	int ret = w->plain ? 0 : http_pool__take(&r->h->pool, &s, &err);

	if (ret)
		return error_page(r, w->req.path, ret, &err);
	ret = site__render(s.st, &w->req, &reply, &err);
	/* A damaged or locked database may have been replaced by now, but this connection still has
	 * the old file open: do not reuse it. */
	if (s.st)
		http_pool__give(&r->h->pool, &s, reply.status >= 500);
	if (reply.status < 500)
		return http_page__new(&reply);
	page_reply__release(&reply);
	return error_page(r, w->req.path, ret, &err);
}

/* The page without a content coding. While it is being made, http_cache__get() blocks other
 * requests for the same page, so http_cache__put() must follow in any case. */
static struct http_page *cached_page(struct http_request *r, const struct wanted *w)
{
	struct http_page *page = http_cache__get(&r->h->cache, w->url, w->req.state);

	if (!page) {
		page = render_page(r, w);
		http_cache__put(&r->h->cache, w->url, w->req.state, page,
				page->reply.status == 200);
	}
	return page;
}

/* The cache key of a page in the content coding that the client accepts. The caller frees. */
static char *coded_url(const struct http_request *r, const struct wanted *w)
{
	return xasprintf("%s%s", http_coding__name(r->coding), w->url);
}

/* The page in that coding, cached separately so that it is compressed only once. */
static struct http_page *coded_page(struct http_request *r, const struct wanted *w)
{
	_free_ char *url = coded_url(r, w);
	struct http_page *page = http_cache__get(&r->h->cache, url, w->req.state), *plain;

	if (page)
		return page;
	plain = cached_page(r, w);
	page = http_page__code(plain, r->coding);
	http_cache__put(&r->h->cache, url, w->req.state, page, page->reply.status == 200);
	http_page__unref(plain);
	return page;
}

/* Runs in a worker thread. */
void http_answer__make(struct http_request *r)
{
	_cleanup_(wanted__release) struct wanted w = { 0 };
	struct err err;
	int ret = wanted__init(&w, r, &err);

	if (!ret && !w.plain)
		ret = http_pool__state(&r->h->pool, &w.req.state, &err);
	if (ret)
		r->page = error_page(r, w.req.path, ret, &err);
	else if (w.req.csrf)
		/* Its forms carry the secret of this session, so it must not be cached. Nor
		 * compressed: the size would reveal how much of a guess in the URL matches the
		 * secret (BREACH). */
		r->page = render_page(r, &w);
	else if (r->coding)
		r->page = coded_page(r, &w);
	else
		r->page = cached_page(r, &w);
}

void http_answer__refuse(struct http_request *r)
{
	const char *path = str_starts(r->url, "/api/") ? "/api/" : "/";

	r->page = message_page(r, path, MHD_HTTP_SERVICE_UNAVAILABLE,
			       "the server is stopping, or has too much to do: try again");
}

/* The page, if it needs no worker: cached, without a database, or an error; else NULL. */
static struct http_page *page_at_once(struct http_request *r)
{
	const char *cookie = MHD_lookup_connection_value(r->con, MHD_COOKIE_KIND, "kduel");
	struct http_page *page = NULL;
	_cleanup_(wanted__release) struct wanted w = { 0 };
	struct err err;
	int ret;

	r->coding = http_coding__choose(http_send__header(r, MHD_HTTP_HEADER_ACCEPT_ENCODING));
	if (!r->h->sessions || !sessions__csrf(r->h->sessions, cookie, r->csrf))
		*r->csrf = '\0';
	ret = wanted__init(&w, r, &err);
	if (!ret && w.plain && (w.req.csrf || !r->coding)) {
		page = render_page(r, &w);
	} else if (!ret && !w.req.csrf) {
		_free_ char *url = coded_url(r, &w);

		ret = w.plain ? 0 : http_pool__state_now(&r->h->pool, &w.req.state, &err);
		if (!ret)
			page = http_cache__peek(&r->h->cache, url, w.req.state);
	}
	if (ret && ret != -EAGAIN)
		page = error_page(r, w.req.path, ret, &err);
	return page;
}

/* If a worker is needed, libmicrohttpd calls this twice: before the connection is suspended, and
 * after it has been resumed with r->page set. */
enum MHD_Result http_answer__get(struct http_request *r)
{
	struct http_page *page = r->page;

	if (r->above)
		return http_send__redirect(r, MHD_HTTP_PERMANENT_REDIRECT, r->url, NULL);
	r->page = NULL;
	page = page ? page : page_at_once(r);
	if (!page) {
		if (http_workers__queue(r->h->workers, r))
			return MHD_YES; /* MHD calls again when the connection resumes */
		http_answer__refuse(r);
		page = r->page;
		r->page = NULL;
	}
	return http_send__page(r, page, *r->csrf != '\0');
}
