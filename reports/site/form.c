// SPDX-License-Identifier: GPL-2.0-only
/* form.c - POST requests: who may send them, from where, and what they do. */
#include "reports/site/form.h"
#include "reports/site/answer.h"
#include "reports/site/edit.h"
#include "reports/site/send.h"
#include "reports/site/workers.h"

/* Did a proxy forward the request? Browsers speak HTTP/1.1 or later, and no page can make a browser
 * send these fields to another site. */
static bool is_passed_on(const struct http_request *r)
{
	return r->old || http_send__header(r, "X-Forwarded-For") ||
	       http_send__header(r, "X-Forwarded-Host") || http_send__header(r, "Forwarded") ||
	       http_send__header(r, MHD_HTTP_HEADER_VIA);
}

/*
 * A form must come from this server. Programs do not send an origin at all. Where the browser
 * considers the page's URL trustworthy (https or localhost), it has compared the sites itself and
 * sends Sec-Fetch-Site; "none" means that the user typed the URL. Otherwise Origin must match the
 * host that the request is for. As a proxy may have replaced that by its own target, Origin may
 * then also match one of our names, or the original host that the proxy reports.
 */
static bool is_same_origin(const struct http_request *r)
{
	const char *site = http_send__header(r, "Sec-Fetch-Site");
	const char *origin = http_send__header(r, MHD_HTTP_HEADER_ORIGIN);
	const char *host = http_send__host(r), *first = http_send__header(r, "X-Forwarded-Host");
	const char *rest = origin ? strstr(origin, "://") : NULL;
	const struct strvec *hosts = r->h->opts.hosts;

	if (site)
		return streq(site, "same-origin") || streq(site, "none");
	if (!origin)
		return true;
	if (!rest)
		return false;
	rest += strlen("://");
	if ((host && !strcasecmp(rest, host)) || (first && !strcasecmp(rest, first)))
		return true;
	for (size_t i = 0; hosts && i < hosts->n; i++)
		if (!strcasecmp(rest, hosts->v[i]))
			return true;
	return is_passed_on(r) && http_send__is_ours(r, rest);
}

/* Where to go after a form: only a path on this server, so not "//elsewhere". */
static const char *way_back(const struct query *form)
{
	const char *back = query__get_or(form, "back", "/");

	return *back == '/' && back[1] != '/' && back[1] != '\\' && !strpbrk(back, "\r\n\t") ?
		       back :
		       "/";
}

/* The session cookie. SameSite=Strict keeps it out of requests triggered by other sites. It is
 * Secure if the page came over HTTPS, through a proxy, as the server itself only speaks HTTP. */
static char *cookie_of(const struct http_request *r, const char *secret, int seconds)
{
	const char *origin = http_send__header(r, MHD_HTTP_HEADER_ORIGIN);
	const char *proto = http_send__header(r, "X-Forwarded-Proto");
	bool secure = (origin && str_starts(origin, "https://")) ||
		      (proto && streq(proto, "https"));

	return xasprintf("kduel=%s; Path=%s; Max-Age=%d; HttpOnly; SameSite=Strict%s", secret,
			 r->h->root, seconds, secure ? "; Secure" : "");
}

/* A wrong token is logged, so that guessing is noticed. */
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
	cookie = cookie_of(r, secret, SESSION_MAX_S);
	return http_send__redirect(r, MHD_HTTP_SEE_OTHER, way_back(form), cookie);
}

/* ACTION, if the request's path is "/edit/ACTION" (without the query); else NULL. The caller
 * frees. */
static char *action_of(const struct http_request *r)
{
	static const char prefix[] = "/edit/";
	const char *action = r->url + strlen(prefix);

	return str_starts(r->url, prefix) ? xstrndup(action, strcspn(action, "?")) : NULL;
}

/* Runs in the writer thread, as it may wait for a lock of the database. A browser is sent back to
 * the page, a program gets a message. */
void http_form__apply(struct http_request *r)
{
	_cleanup_(query__release) struct query form = { 0 };
	_free_ char *action = action_of(r);
	struct err err;
	int ret = query__parse(&form, r->body ? r->body : "", r->body_len, &err);

	if (!ret)
		ret = edit__apply(r->h->opts.db, action, &form, &err);
	if (ret)
		r->page = http_answer__error(r, ret, &err);
	else if (r->bearer)
		r->page = http_answer__say(r, MHD_HTTP_OK, "done");
	else
		r->redirect = xstrdup(way_back(&form));
}

/* Allowed with the token itself, or in a session if the form has its CSRF secret. That needs no
 * database; the change itself is queued for the writer thread. */
static enum MHD_Result edit(struct http_request *r, const struct query *form)
{
	const char *cookie = MHD_lookup_connection_value(r->con, MHD_COOKIE_KIND, "kduel");
	char csrf[SESSION_SECRET_LEN];

	r->bearer = sessions__is_bearer(r->h->sessions,
					http_send__header(r, MHD_HTTP_HEADER_AUTHORIZATION));
	if (!r->bearer && !(sessions__csrf(r->h->sessions, cookie, csrf) &&
			    sessions__equal_secrets(csrf, query__get_or(form, "csrf", ""))))
		return http_answer__message(
			r, MHD_HTTP_FORBIDDEN,
			"the token is required: log in, or send it as a bearer token");
	if (http_workers__queue(r->h->writer, r))
		return MHD_YES; /* MHD calls again when the connection resumes */
	return http_answer__message(r, MHD_HTTP_SERVICE_UNAVAILABLE,
				    "too many changes wait for the database: try again");
}

/* /login, /logout, /edit/ACTION. Logging out needs no CSRF secret, as all it can do is end the
 * session. */
static enum MHD_Result post(struct http_request *r, const struct query *form)
{
	const char *cookie = MHD_lookup_connection_value(r->con, MHD_COOKIE_KIND, "kduel");
	_free_ char *path = xstrndup(r->url, strcspn(r->url, "?")), *gone = NULL;

	if (streq(path, "/login"))
		return login(r, form);
	if (str_starts(path, "/edit/"))
		return edit(r, form);
	if (!streq(path, "/logout"))
		return http_answer__message(r, MHD_HTTP_METHOD_NOT_ALLOWED,
					    "use GET or HEAD to read a page");
	sessions__logout(r->h->sessions, cookie);
	gone = cookie_of(r, "", 0);
	return http_send__redirect(r, MHD_HTTP_SEE_OTHER, "/", gone);
}

/* Send what the writer thread has left in the request. */
static enum MHD_Result finish(struct http_request *r)
{
	struct http_page *page = r->page;

	r->page = NULL;
	return page ? http_send__page(r, page, true) :
		      http_send__redirect(r, MHD_HTTP_SEE_OTHER, r->redirect, NULL);
}

enum MHD_Result http_form__answer(struct http_request *r)
{
	const char *type = http_send__header(r, MHD_HTTP_HEADER_CONTENT_TYPE);
	_cleanup_(query__release) struct query form = { 0 };
	struct err err;

	if (r->page || r->redirect)
		return finish(r);
	if (!r->h->sessions)
		return http_answer__message(r, MHD_HTTP_FORBIDDEN,
					    "this server is read-only: see kduel serve --allow-edit");
	if (!is_same_origin(r))
		return http_answer__message(r, MHD_HTTP_FORBIDDEN,
					    "this form comes from another site; behind a proxy, start "
					    "kduel serve with --host and the name in the browser's "
					    "address");
	if (!type || !str_starts(type, "application/x-www-form-urlencoded"))
		return http_answer__message(r, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
					    "expected application/x-www-form-urlencoded");
	if (query__parse(&form, r->body ? r->body : "", r->body_len, &err))
		return http_answer__message(r, MHD_HTTP_BAD_REQUEST, err.msg);
	return post(r, &form);
}
