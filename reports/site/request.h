/* SPDX-License-Identifier: GPL-2.0-only */
/* request.h - the server and one request, as shared by the files of reports/site/. */
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
	/* A single thread that applies forms to the database, one after the other. */
	struct http_workers *writer;
	pthread_t reader; /* preloads the history, see read_history() */
	bool reading; /* `reader` was started and must be joined */
	struct http_watch *watch;
	struct sessions *sessions; /* NULL: read-only */
	struct http_log log;
};

/* One request, from its first line until the answer is sent. */
struct http_request {
	struct http *h;
	struct MHD_Connection *con;
	char *url; /* path relative to the root, and query; still percent-encoded */
	/* HOST:PORT of an absolute target, "http://HOST:PORT/path"; NULL: the target is a path */
	char *authority;
	char *body; /* of a POST, as far as received */
	size_t body_len;
	bool seen; /* the request handler has been called before */
	enum http_coding coding; /* content coding of a cacheable answer */
	bool post, browser, old; /* method POST; client is a browser; HTTP/1.0 */
	/* Respond with this status, whatever is asked for; 0: do not refuse. */
	unsigned int refused;
	const char *why; /* the reason for `refused` */
	bool too_long; /* the body exceeds HTTP_MAX_BODY */
	bool above; /* asks for the root without its trailing slash */
	bool bearer; /* a form authorized by the token itself, not by a session */
	struct http_page *page; /* set by a worker while the connection was suspended */
	char *redirect; /* owned; likewise: redirect there instead */
	char csrf[SESSION_SECRET_LEN]; /* of a session that may edit; "": no session */
	struct http_request *next; /* in the queue of http_workers */
};

#endif
