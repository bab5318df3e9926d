// SPDX-License-Identifier: GPL-2.0-only
/* answer.c - from a request to its answer: pages, logins, edits. */
#include "reports/site/answer.h"
#include "reports/site/edit.h"
#include "reports/site/send.h"
#include "reports/site/site.h"
#include "reports/site/workers.h"

/* A URL split at the "?". */
struct target {
	char *path; /* owned; still encoded */
	struct query query;
};

/* Release in any case. -EINVAL, -E2BIG: see query__parse(). */
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

/* A page with a message, in the form that suits the path: HTML, or JSON below /api/. The caller's
 * reference. */
static struct http_page *message_page(const char *path, int status, const char *text)
{
	struct page_request req = { .path = path, .root = "/", .query = &(struct query){ 0 } };
	struct page_reply reply;

	page__say(&req, status, text, &reply);
	return http_page__new(&reply);
}

/* The page of a -errno. Errors of the server are logged as well; mistakes of clients are not, or
 * anybody could fill the log. */
static struct http_page *error_page(struct http_request *r, const char *path, int ret,
				    const struct err *err)
{
	int status = page__status(ret);

	if (status >= 500)
		http_log__line(&r->h->log, "%.200s: %.1500s", path, err->msg);
	return message_page(path, status, err->msg);
}

enum MHD_Result http_answer__message(struct http_request *r, unsigned int status, const char *text)
{
	const char *accept = http_send__header(r, MHD_HTTP_HEADER_ACCEPT);
	bool browser = accept && strstr(accept, "text/html");

	return http_send__page(r, message_page(browser ? "/" : "/api/", (int)status, text), true);
}

/* A GET: the page it asks for, and the key of that page in the cache. */
struct wanted {
	struct target t;
	struct page_request req;
	char *url; /* owned; with the query in canonical form */
};

/* Fill in what the page functions get. Release in any case: the path is set even if the query
 * cannot be read, for the error page. */
static int wanted__init(struct wanted *w, struct http_request *r, struct err *err)
{
	_free_ char *query = NULL;
	int ret;

	*w = (struct wanted){ 0 };
	ret = target__parse(&w->t, r->url, err);
	w->req = (struct page_request){ .path = w->t.path,
					.root = "/",
					.query = &w->t.query,
					.published = r->h->opts.published,
					.caches = &r->h->caches,
					.may_login = r->h->sessions != NULL,
					.csrf = *r->csrf ? r->csrf : NULL };
	query = ret ? NULL : query__encode(&w->t.query);
	w->url = xasprintf("%s?%s", w->t.path, query ? query : "");
	return ret;
}

static void wanted__release(struct wanted *w)
{
	target__release(&w->t);
	free(w->url);
}

/* Make a page with a connection of the pool. Never NULL: an error is a page, too. */
static struct http_page *render_page(struct http_request *r, const struct wanted *w)
{
	struct page_reply reply = { 0 };
	struct http_store s = { 0 };
	struct err err = { "" };
	int ret = http_pool__take(&r->h->pool, &s, &err);

	if (ret)
		return error_page(r, w->req.path, ret, &err);
	site__render(s.st, &w->req, &reply, &err);
	/* A damaged or locked database may be restored, but this connection has the old one open. */
	http_pool__give(&r->h->pool, &s, reply.status >= 500);
	if (reply.status >= 500)
		http_log__line(&r->h->log, "%.200s: %.1500s", w->req.path, err.msg);
	return http_page__new(&reply);
}

/* Runs in a worker thread. http_cache__get() makes others who ask for the same page wait, so
 * http_cache__put() must follow whatever becomes of it. */
void http_answer__make(struct http_request *r)
{
	struct http_cache *cache = &r->h->cache;
	_cleanup_(wanted__release) struct wanted w = { 0 };
	struct err err;
	int ret = wanted__init(&w, r, &err);

	if (!ret)
		ret = http_pool__state(&r->h->pool, &w.req.state, &err);
	if (ret) {
		r->page = error_page(r, w.req.path, ret, &err);
	} else if (w.req.csrf) {
		/* Its forms carry the secret of this session: it must not be cached. */
		r->page = render_page(r, &w);
	} else {
		r->page = http_cache__get(cache, w.url, w.req.state);
		if (!r->page) {
			r->page = render_page(r, &w);
			http_cache__put(cache, w.url, w.req.state, r->page,
					r->page->reply.status == 200);
		}
	}
}

void http_answer__refuse(struct http_request *r)
{
	const char *path = str_starts(r->url, "/api/") ? "/api/" : "/";

	r->page = message_page(path, MHD_HTTP_SERVICE_UNAVAILABLE, "the server is stopping");
}

/* The page if no worker is needed for it: cached, without a database, or an error; else NULL. */
static struct http_page *page_at_once(struct http_request *r)
{
	const char *cookie = MHD_lookup_connection_value(r->con, MHD_COOKIE_KIND, "kduel");
	struct http_page *page = NULL;
	_cleanup_(wanted__release) struct wanted w = { 0 };
	struct err err;
	int ret;

	if (!r->h->sessions || !sessions__csrf(r->h->sessions, cookie, r->csrf))
		*r->csrf = '\0';
	ret = wanted__init(&w, r, &err);
	if (!ret && !site__needs_store(w.req.path)) {
		struct page_reply reply = { 0 };

		site__render(NULL, &w.req, &reply, &err);
		page = http_page__new(&reply);
	} else if (!ret && !w.req.csrf) {
		ret = http_pool__state(&r->h->pool, &w.req.state, &err);
		if (!ret)
			page = http_cache__peek(&r->h->cache, w.url, w.req.state);
	}
	if (ret)
		page = error_page(r, w.req.path, ret, &err);
	return page;
}

/* libmicrohttpd calls this twice when a worker is needed: before the connection is suspended and
 * after it has resumed, then with r->page set. */
enum MHD_Result http_answer__get(struct http_request *r)
{
	struct http_page *page = r->page ? r->page : page_at_once(r);

	r->page = NULL;
	if (!page) {
		if (http_workers__queue(r->h->workers, r))
			return MHD_YES; /* MHD calls again when the connection resumes */
		http_answer__refuse(r);
		page = r->page;
		r->page = NULL;
	}
	return http_send__page(r, page, *r->csrf != '\0');
}

/* Browsers say where a form comes from, and it must be this server. Programs send neither header.
 * "none" is an address that the user typed. */
static bool is_same_origin(const struct http_request *r)
{
	const char *site = http_send__header(r, "Sec-Fetch-Site");
	const char *origin = http_send__header(r, MHD_HTTP_HEADER_ORIGIN);
	const char *host = http_send__header(r, MHD_HTTP_HEADER_HOST);
	const char *rest = origin ? strstr(origin, "://") : NULL;

	if (site && !streq(site, "same-origin") && !streq(site, "none"))
		return false;
	return !origin || (rest && host && strcasecmp(rest + 3, host) == 0);
}

/* Where to go after a form: a page of this server, so not "//elsewhere". */
static const char *way_back(const struct query *form)
{
	const char *back = query__get_or(form, "back", "/");

	return *back == '/' && back[1] != '/' && back[1] != '\\' && !strpbrk(back, "\r\n\t") ?
		       back :
		       "/";
}

/* A wrong token is logged: guesses should be seen. SameSite=Strict keeps the cookie out of requests
 * that other sites cause; no Secure, since the server itself speaks plain HTTP. */
static enum MHD_Result login(struct http_request *r, const struct query *form)
{
	char secret[SESSION_SECRET_LEN];
	_free_ char *cookie = NULL;
	struct err err;
	int ret = sessions__login(r->h->sessions, query__get_or(form, "token", ""), secret, &err);

	if (ret) {
		http_log__line(&r->h->log, "/login: %s", err.msg);
		return http_answer__message(r,
					    ret == -EAGAIN ? MHD_HTTP_TOO_MANY_REQUESTS :
							     MHD_HTTP_FORBIDDEN,
					    err.msg);
	}
	cookie = xasprintf("kduel=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict", secret,
			   SESSION_MAX_S);
	return http_send__redirect(r, way_back(form), cookie);
}

/* Allowed with the token itself, or with a session whose second secret the form repeats. A person
 * goes back to the page, a program gets a message. */
static enum MHD_Result edit(struct http_request *r, const char *action, const struct query *form)
{
	const char *cookie = MHD_lookup_connection_value(r->con, MHD_COOKIE_KIND, "kduel");
	bool bearer = sessions__is_bearer(r->h->sessions,
					  http_send__header(r, MHD_HTTP_HEADER_AUTHORIZATION));
	char csrf[SESSION_SECRET_LEN];
	struct err err;
	int ret;

	if (!bearer && !(sessions__csrf(r->h->sessions, cookie, csrf) &&
			 sessions__equal_secrets(csrf, query__get_or(form, "csrf", ""))))
		return http_answer__message(
			r, MHD_HTTP_FORBIDDEN,
			"the token is required: log in, or send it as a bearer token");
	ret = edit__apply(r->h->opts.db, action, form, &err);
	if (ret)
		return http_answer__message(r, (unsigned int)page__status(ret), err.msg);
	if (!bearer)
		return http_send__redirect(r, way_back(form), NULL);
	return http_answer__message(r, MHD_HTTP_OK, "done");
}

/* /login, /logout, /edit/ACTION. Logging out needs no secret, since all it can do is end the
 * session. */
static enum MHD_Result post(struct http_request *r, const char *path, const struct query *form)
{
	const char *cookie = MHD_lookup_connection_value(r->con, MHD_COOKIE_KIND, "kduel");

	if (streq(path, "/login"))
		return login(r, form);
	if (str_starts(path, "/edit/"))
		return edit(r, path + strlen("/edit/"), form);
	if (!streq(path, "/logout"))
		return http_answer__message(r, MHD_HTTP_METHOD_NOT_ALLOWED,
					    "use GET or HEAD to read a page");
	sessions__logout(r->h->sessions, cookie);
	return http_send__redirect(r, "/", "kduel=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

enum MHD_Result http_answer__post(struct http_request *r)
{
	const char *type = http_send__header(r, MHD_HTTP_HEADER_CONTENT_TYPE);
	_cleanup_(query__release) struct query form = { 0 };
	_cleanup_(target__release) struct target t = { 0 };
	enum MHD_Result ret;
	struct err err;

	if (!r->h->sessions)
		return http_answer__message(r, MHD_HTTP_FORBIDDEN,
					    "this server is read-only: see kduel serve --allow-edit");
	if (!is_same_origin(r))
		return http_answer__message(r, MHD_HTTP_FORBIDDEN,
					    "this form comes from another site");
	if (!type || !str_starts(type, "application/x-www-form-urlencoded"))
		return http_answer__message(r, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
					    "expected application/x-www-form-urlencoded");
	if (target__parse(&t, r->url, &err) ||
	    query__parse(&form, r->body ? r->body : "", r->body_len, &err))
		ret = http_answer__message(r, MHD_HTTP_BAD_REQUEST, err.msg);
	else
		ret = post(r, t.path, &form);
	return ret;
}
