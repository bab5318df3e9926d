// SPDX-License-Identifier: GPL-2.0-only
/* answer.c - what there is for a request. */
#include "reports/site/request.h"
#include "reports/site/site.h"

/* A URL taken apart. */
struct target {
	char *path; /* owned; still encoded */
	struct query query;
};

static int take_apart(const char *url, struct target *t, struct err *err)
{
	size_t n = strcspn(url, "?");

	t->path = xstrndup(url, n);
	return query__parse(&t->query, url[n] ? url + n + 1 : "", strlen(url[n] ? url + n + 1 : ""),
			    err);
}

static void target__release(struct target *t)
{
	free(t->path);
	query__release(&t->query);
}

static struct http_page *message(const char *path, int status, const char *text)
{
	struct page_request req = { .path = path, .root = "/", .query = &(struct query){ 0 } };
	struct page_reply reply;

	page__say(&req, status, text, &reply);
	return http_page__new(&reply);
}

static struct http_page *failure(struct http_request *r, const char *path, int why,
				 const struct err *err)
{
	int status = page__status(why);

	if (status >= 500)
		http__log(r->h, "%.200s: %.1500s", path, err->msg);
	return message(path, status, err->msg);
}

/* People get a page, programs JSON. */
enum MHD_Result http_answer__say(struct http_request *r, unsigned int status, const char *text)
{
	const char *accept = http_send__header(r, MHD_HTTP_HEADER_ACCEPT);
	bool person = accept && strstr(accept, "text/html");

	return http_send__page(r, message(person ? "/" : "/api/", (int)status, text), true);
}

/* A GET taken apart: the page that is asked for, and what it is kept under. */
struct wanted {
	struct target t;
	struct page_request req;
	char *url; /* owned */
};

static int want(struct http_request *r, struct wanted *w, struct err *err)
{
	_free_ char *query = NULL;
	int ret;

	*w = (struct wanted){ 0 };
	ret = take_apart(r->url, &w->t, err);
	w->req = (struct page_request){ .path = w->t.path,
					.root = "/",
					.query = &w->t.query,
					.published = r->h->opts.published,
					.kept = &r->h->kept,
					.may_login = r->h->edit != NULL,
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

/* Made by one thread, with a connection of its own. */
static struct http_page *make_now(struct http_request *r, const struct wanted *w)
{
	struct page_reply reply = { 0 };
	struct http_store s = { 0 };
	struct err err = { "" };
	int ret;

	ret = http_pool__take(&r->h->pool, &s, &err);
	if (ret)
		return failure(r, w->req.path, ret, &err);
	site__render(s.st, &w->req, &reply, &err);
	/* A damaged or locked database may be whole again, but not for this connection. */
	http_pool__give(&r->h->pool, &s, reply.status >= 500);
	if (reply.status >= 500)
		http__log(r->h, "%.200s: %.1500s", w->req.path, err.msg);
	return http_page__new(&reply);
}

static struct http_page *make(struct http_request *r, const struct wanted *w)
{
	struct http_page *page;

	http_render__enter(r->h->render);
	page = make_now(r, w);
	http_render__leave(r->h->render);
	return page;
}

static struct http_page *make_once(struct http_request *r, const struct wanted *w)
{
	struct http_page *page = http_cache__get(&r->h->cache, w->url, w->req.state);

	if (page)
		return page;
	page = make(r, w);
	http_cache__put(&r->h->cache, w->url, w->req.state, page, page->reply.status == 200);
	return page;
}

void http_answer__make(struct http_request *r)
{
	struct wanted w;
	struct err err;
	int ret = want(r, &w, &err);

	if (!ret)
		ret = http_pool__state(&r->h->pool, &w.req.state, &err);
	r->page = ret	     ? failure(r, w.req.path, ret, &err) :
		  w.req.csrf ? make(r, &w) :
			       make_once(r, &w);
	wanted__release(&w);
}

void http_answer__refuse(struct http_request *r)
{
	const char *path = str_starts(r->url, "/api/") ? "/api/" : "/";

	r->page = message(path, MHD_HTTP_SERVICE_UNAVAILABLE, "the server is stopping");
}

/* Pages that need no database: there even when that is not. */
static struct http_page *plain(const struct page_request *req)
{
	struct page_reply reply = { 0 };
	struct err err;

	site__render(NULL, req, &reply, &err);
	return http_page__new(&reply);
}

/* A page that is there already, or NULL. One for who may edit is made for him alone. */
static struct http_page *kept(struct http_request *r, const struct wanted *w)
{
	uint64_t state;
	struct err err;
	int ret;

	if (w->req.csrf)
		return NULL;
	ret = http_pool__state(&r->h->pool, &state, &err);
	return ret ? failure(r, w->req.path, ret, &err) :
		     http_cache__peek(&r->h->cache, w->url, state);
}

/* What needs no making, or NULL. */
static struct http_page *at_hand(struct http_request *r)
{
	const char *cookie = MHD_lookup_connection_value(r->con, MHD_COOKIE_KIND, "kduel");
	struct http_page *page;
	struct wanted w;
	struct err err;
	int ret;

	if (!r->h->edit || !edit__session(r->h->edit, cookie, r->csrf))
		*r->csrf = '\0';
	ret = want(r, &w, &err);
	page = ret			     ? failure(r, w.req.path, ret, &err) :
	       site__needs_store(w.req.path) ? kept(r, &w) :
					       plain(&w.req);
	wanted__release(&w);
	return page;
}

enum MHD_Result http_answer__get(struct http_request *r)
{
	struct http_page *page = r->page ? r->page : at_hand(r);

	r->page = NULL;
	if (!page) {
		if (http_render__queue(r->h->render, r))
			return MHD_YES; /* this is called again when it is made */
		http_answer__refuse(r);
		page = r->page;
		r->page = NULL;
	}
	return http_send__page(r, page, *r->csrf != '\0');
}

/* Browsers say where a form comes from: it must be from here. Programs say nothing. */
static bool is_ours(const struct http_request *r)
{
	const char *site = http_send__header(r, "Sec-Fetch-Site");
	const char *origin = http_send__header(r, MHD_HTTP_HEADER_ORIGIN);
	const char *host = http_send__header(r, MHD_HTTP_HEADER_HOST);
	const char *rest = origin ? strstr(origin, "://") : NULL;

	if (site && !streq(site, "same-origin") && !streq(site, "none"))
		return false;
	return !origin || (rest && host && strcasecmp(rest + 3, host) == 0);
}

/* Back to a page of ours, not to "//elsewhere". */
static const char *way_back(const struct query *form)
{
	const char *back = query__get_or(form, "back", "/");

	return *back == '/' && back[1] != '/' && back[1] != '\\' && !strpbrk(back, "\r\n\t") ?
		       back :
		       "/";
}

static enum MHD_Result login(struct http_request *r, const struct query *form)
{
	char secret[EDIT_SECRET_LEN];
	_free_ char *cookie = NULL;
	struct err err;
	int ret = edit__login(r->h->edit, query__get_or(form, "token", ""), secret, &err);

	if (ret)
		http__log(r->h, "/login: %s", err.msg);
	if (ret)
		return http_answer__say(r,
					ret == -EAGAIN ? MHD_HTTP_TOO_MANY_REQUESTS :
							 MHD_HTTP_FORBIDDEN,
					err.msg);
	cookie = xasprintf("kduel=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict", secret,
			   EDIT_SESSION_S);
	return http_send__redirect(r, way_back(form), cookie);
}

static enum MHD_Result apply(struct http_request *r, const char *action, const struct query *form)
{
	const char *cookie = MHD_lookup_connection_value(r->con, MHD_COOKIE_KIND, "kduel");
	bool bearer = edit__is_bearer(r->h->edit,
				      http_send__header(r, MHD_HTTP_HEADER_AUTHORIZATION));
	char csrf[EDIT_SECRET_LEN];
	struct err err;
	int ret;

	if (!bearer && !(edit__session(r->h->edit, cookie, csrf) &&
			 edit__same(csrf, query__get_or(form, "csrf", ""))))
		return http_answer__say(r, MHD_HTTP_FORBIDDEN,
					"this needs the token: log in, or send it as a bearer");
	ret = edit__apply(r->h->opts.db, action, form, &err);
	if (ret)
		return http_answer__say(r, (unsigned int)page__status(ret), err.msg);
	if (!bearer)
		return http_send__redirect(r, way_back(form), NULL);
	return http_answer__say(r, MHD_HTTP_OK, "done");
}

static enum MHD_Result post(struct http_request *r, const char *path, const struct query *form)
{
	const char *cookie = MHD_lookup_connection_value(r->con, MHD_COOKIE_KIND, "kduel");

	if (streq(path, "/login"))
		return login(r, form);
	if (str_starts(path, "/edit/"))
		return apply(r, path + strlen("/edit/"), form);
	if (!streq(path, "/logout"))
		return http_answer__say(r, MHD_HTTP_METHOD_NOT_ALLOWED,
					"pages are asked for with GET and HEAD");
	edit__logout(r->h->edit, cookie);
	return http_send__redirect(r, "/", "kduel=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

enum MHD_Result http_answer__post(struct http_request *r)
{
	const char *type = http_send__header(r, MHD_HTTP_HEADER_CONTENT_TYPE);
	struct query form = { 0 };
	struct target t = { 0 };
	enum MHD_Result ret;
	struct err err;

	if (!r->h->edit)
		return http_answer__say(r, MHD_HTTP_FORBIDDEN,
					"this server changes nothing: see kduel serve "
					"--allow-edit");
	if (!is_ours(r))
		return http_answer__say(r, MHD_HTTP_FORBIDDEN, "this form is not from here");
	if (!type || !str_starts(type, "application/x-www-form-urlencoded"))
		return http_answer__say(r, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
					"expected application/x-www-form-urlencoded");
	if (take_apart(r->url, &t, &err) ||
	    query__parse(&form, r->body ? r->body : "", r->body_len, &err))
		ret = http_answer__say(r, MHD_HTTP_BAD_REQUEST, err.msg);
	else
		ret = post(r, t.path, &form);
	query__release(&form);
	target__release(&t);
	return ret;
}
