/* SPDX-License-Identifier: GPL-2.0-only */
/* request.h - what the server's files share; only for reports/http*.c. */
#ifndef KDUEL_SITE_REQUEST_H
#define KDUEL_SITE_REQUEST_H

#include "reports/site/edit.h"
#include "reports/site/page_cache.h"
#include "reports/site/connections.h"
#include "reports/site/workers.h"
#include "reports/site/deadlines.h"
#include "reports/site/server.h"
#include "reports/web/kept.h"

#include <microhttpd.h>

struct http {
	struct http_opts opts;
	struct MHD_Daemon *daemon;
	struct http_pool pool;
	struct http_cache cache;
	struct page_kept kept;
	struct http_render *render;
	struct http_watch *watch;
	struct edit *edit; /* NULL: nothing may be changed */
	pthread_mutex_t log_lock;
	struct err last; /* what was logged last, and */
	uint64_t last_ns; /* when */
};

/* One request, from its first line until its answer is gone. */
struct http_request {
	struct http *h;
	struct MHD_Connection *con;
	char *url; /* as it came in, path and query */
	char *body; /* of a POST, so far */
	size_t body_len;
	bool seen; /* the handler was called once */
	struct http_page *page; /* that was made while the connection was set aside */
	char csrf[EDIT_SECRET_LEN]; /* of a session that may edit; "": none */
	struct http_request *next; /* in the queue of pages to be made */
};

/* Say something once: the same words again only after a while. */
void http__log(struct http *h, const char *fmt, ...) __printf(2, 3);

/* reports/site/answer.c: what there is for a GET or a POST that came in whole. */
enum MHD_Result http_answer__get(struct http_request *r);
enum MHD_Result http_answer__post(struct http_request *r);
/* Make the page that http_answer__get() has set a connection aside for. */
void http_answer__make(struct http_request *r);
/* Or a page instead that says that the server stops. */
void http_answer__refuse(struct http_request *r);
/* A page that only says something: done, 405, 413 and the like. */
enum MHD_Result http_answer__say(struct http_request *r, unsigned int status, const char *text);

/* reports/site/send.c */
const char *http_send__header(const struct http_request *r, const char *name);
/* Is the request for a name that this server answers to? */
bool http_send__known_host(const struct http_request *r);
/* Queue an answer; consumes the caller's reference. `private`: not to be kept by anybody. */
enum MHD_Result http_send__page(struct http_request *r, struct http_page *page, bool private);
/* Send the browser elsewhere, with a cookie unless it is NULL. */
enum MHD_Result http_send__redirect(struct http_request *r, const char *where, const char *cookie);

#endif
