/* SPDX-License-Identifier: GPL-2.0-only */
/* answer.h - the answers to GET, and messages; request handlers of libmicrohttpd call these. */
#ifndef KDUEL_SITE_ANSWER_H
#define KDUEL_SITE_ANSWER_H

#include "reports/site/request.h"

/* Answer a GET: at once from the cache, or suspend the connection until a worker has made the
 * page; libmicrohttpd then calls the handler, and that this function, once more. */
enum MHD_Result http_answer__get(struct http_request *r);
/* A page with a message, or of a -errno: HTML for browsers, JSON for programs. The caller's
 * reference. */
struct http_page *http_answer__say(struct http_request *r, unsigned int status, const char *text);
struct http_page *http_answer__error(struct http_request *r, int ret, const struct err *err);
/* Answer with a message. */
enum MHD_Result http_answer__message(struct http_request *r, unsigned int status, const char *text);

/* For the workers: set r->page to the page that is asked for, or to one that says that the server
 * is stopping. */
void http_answer__make(struct http_request *r);
void http_answer__refuse(struct http_request *r);

#endif
