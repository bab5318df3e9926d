/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * server.h - the dashboard's server: pages over HTTP/1.1 by libmicrohttpd.
 *
 * It reads the database and never changes it, unless a token allows that (session.h, edit.h). A
 * page is made once per state of the database and cached in memory. No client can hold up another:
 * sockets never block, and a connection that takes too long is shut down.
 */
#ifndef KDUEL_SITE_SERVER_H
#define KDUEL_SITE_SERVER_H

#include "lib/strvec.h"
#include "reports/site/listen.h"

/* Limits; each ends in an answer that says so, or in the end of the connection. */
#define HTTP_MAX_CONNECTIONS 512
#define HTTP_MANY_CONNECTIONS 384 /* from here on old ones make room for new ones */
#define HTTP_MAX_HEADER (24u << 10) /* bytes of request line and header together */
#define HTTP_MAX_FIELDS 200 /* header fields and cookies */
#define HTTP_MAX_BODY (16u << 10) /* of a POST */
#define HTTP_MAX_EDITS 16 /* that wait for their turn to write */
#define HTTP_IDLE_S 15 /* without a byte from or to the client */
#define HTTP_REQUEST_S 20 /* until a request has arrived completely */
#define HTTP_ANSWER_S 120 /* until its answer has been sent */
#define HTTP_AGAIN_S 3 /* until browsers ask again for what is not ready */
#define HTTP_CACHE_BYTES (32u << 20) /* of pages */

struct published;

struct http_opts {
	const char *db; /* path of the database; the file may be absent or replaced meanwhile */
	int listen_fd; /* bound and listening; taken over by http__start() in any case */
	const struct strvec *hosts; /* names it may be called by, besides addresses and localhost */
	const char *base; /* prefix of all paths, "/kduel"; NULL or "": none (http__base()) */
	const char *token; /* allows to change notes and tags (session.h); NULL: read-only */
	const char *commit_url; /* as in struct page_request */
	const struct published *published; /* as in struct page_request */
	unsigned int threads; /* 0: as many as there are processors, at least 4 */
	unsigned int answer_s; /* seconds; 0: HTTP_ANSWER_S */
	void (*log)(const char *line); /* from any thread; one line each */
};

struct http;

/* Serve from threads of its own until http__stop(). 0 or -errno; strings of `opts` must live
 * as long. */
/* The prefix as http_opts.base wants it, from what a user wrote: "/kduel/" is "/kduel", "/" is "". The
 * caller frees. -EINVAL: no path, characters that a URL would have to encode, a page of that name. */
int http__base(const char *text, char **base, struct err *err);
int http__start(const struct http_opts *opts, struct http **out, struct err *err);
void http__stop(struct http *h); /* NULL is fine */

#endif
