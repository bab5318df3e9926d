/* SPDX-License-Identifier: GPL-2.0-only */
/* request.h - the server and one request, as its files share them. */
#ifndef KDUEL_SITE_REQUEST_H
#define KDUEL_SITE_REQUEST_H

#include "reports/site/connections.h"
#include "reports/site/log.h"
#include "reports/site/page_cache.h"
#include "reports/site/server.h"
#include "reports/site/session.h"
#include "reports/web/cache.h"

#include <microhttpd.h>

struct http {
	struct http_opts opts;
	struct MHD_Daemon *daemon;
	struct http_pool pool;
	struct http_cache cache;
	struct page_caches caches;
	char *root; /* owned; "/", or the prefix of all paths: "/kduel/" */
	struct http_workers *workers; /* make pages */
	struct http_workers *writer; /* changes the database, one form after the other */
	pthread_t reader; /* reads the history before a page asks for it */
	bool reading; /* there is one to wait for */
	struct http_watch *watch;
	struct sessions *sessions; /* NULL: nothing may be changed */
	struct http_log log;
};

/* One request, from its first line until its answer is sent. */
struct http_request {
	struct http *h;
	struct MHD_Connection *con;
	char *url; /* path below the root and query, still encoded */
	char *authority; /* HOST:PORT of a target like "http://HOST:PORT/path"; NULL: only a path */
	char *body; /* of a POST, so far */
	size_t body_len;
	bool seen; /* the handler was called before */
	enum http_coding coding; /* of an answer that may be kept */
	bool post, browser, old; /* its method; who asks; HTTP/1.0 */
	unsigned int refused; /* the status that it gets, whatever it asks for; 0: none */
	const char *why; /* the same */
	bool too_long; /* more body than HTTP_MAX_BODY */
	bool above; /* asks for the root without its last slash */
	bool bearer; /* a form with the token, not from a page */
	struct http_page *page; /* made by a worker while the connection was suspended */
	char *redirect; /* owned; the same: where to go instead */
	char csrf[SESSION_SECRET_LEN]; /* of a session that may edit; "": none */
	struct http_request *next; /* in the queue of the workers */
};

#endif
