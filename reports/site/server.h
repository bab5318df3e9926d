/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * server.h - the dashboard's HTTP/1.1 server, based on libmicrohttpd.
 *
 * It only reads the database, unless a token allows changes (session.h, edit.h). A page is made
 * once per state of the database and cached in memory. Clients cannot block each other: sockets
 * never block, and connections that take too long are shut down.
 */
#ifndef KDUEL_SITE_SERVER_H
#define KDUEL_SITE_SERVER_H

#include "lib/strvec.h"
#include "reports/site/listen.h"

/* Limits; exceeding one ends in an error response or in the end of the connection. */
#define HTTP_MAX_CONNECTIONS 512
#define HTTP_MANY_CONNECTIONS 384 /* from here on new connections evict old ones */
#define HTTP_MAX_HEADER (24u << 10) /* bytes of request line and header fields together */
#define HTTP_MAX_FIELDS 200 /* header fields and cookies */
#define HTTP_MAX_BODY (16u << 10) /* bytes of a POST */
#define HTTP_MAX_EDITS 16 /* queued for the writer thread */
#define HTTP_IDLE_S 15 /* no byte sent or received */
#define HTTP_REQUEST_S 20 /* for a request to arrive completely */
#define HTTP_ANSWER_S 120 /* for its response to be sent */
#define HTTP_AGAIN_S 3 /* Retry-After for pages that are not ready */
#define HTTP_CACHE_BYTES (32u << 20) /* for cached pages */

struct published;

struct http_opts {
	const char *db; /* path of the database; the file may be missing or replaced at any time */
	int listen_fd; /* bound and listening; http__start() takes ownership even if it fails */
	/* Names of this server, besides addresses, localhost and the host name. */
	const struct strvec *hosts;
	const char *base; /* prefix of all paths, "/kduel", see http__base(); NULL or "": none */
	const char *token; /* allows changes to notes and tags (session.h); NULL: read-only */
	const char *commit_url; /* as in struct page_request */
	const struct published *published; /* as in struct page_request */
	unsigned int threads; /* 0: one per processor, from 4 to 16 */
	unsigned int answer_s; /* seconds; 0: HTTP_ANSWER_S */
	void (*log)(const char *line); /* called from any thread with one line; NULL: no log */
};

struct http;

/* Normalize a path prefix from the user for http_opts.base: "/kduel/" becomes "/kduel", "/" becomes
 * "". The caller frees. -EINVAL: not a path, contains characters that would have to be
 * percent-encoded, or clashes with a page. */
int http__base(const char *text, char **base, struct err *err);
/* Serve from threads of its own until http__stop(). 0 or -errno. Strings of `opts` must live until
 * then. */
int http__start(const struct http_opts *opts, struct http **out, struct err *err);
void http__stop(struct http *h); /* NULL is fine */

#endif
