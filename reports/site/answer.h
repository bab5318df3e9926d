/* SPDX-License-Identifier: GPL-2.0-only */
/* answer.h - answers GET requests and makes message pages, for the request handlers of
 * libmicrohttpd. */
#ifndef KDUEL_SITE_ANSWER_H
#define KDUEL_SITE_ANSWER_H

#include "reports/site/request.h"

/* Answer a GET: from the cache at once, or suspend the connection until a worker has made the page;
 * libmicrohttpd then calls the handler, and so this function, again. */
enum MHD_Result http_answer__get(struct http_request *r);
/* A page with a message, or for a -errno: HTML for browsers, JSON for programs. Returns a reference
 * that the caller owns. */
struct http_page *http_answer__say(struct http_request *r, unsigned int status, const char *text);
struct http_page *http_answer__error(struct http_request *r, int ret, const struct err *err);
/* Answer with a message. */
enum MHD_Result http_answer__message(struct http_request *r, unsigned int status, const char *text);

/* Called by the workers: set r->page to the requested page, or to one that says that the server is
 * stopping or overloaded. */
void http_answer__make(struct http_request *r);
void http_answer__refuse(struct http_request *r);

#endif
