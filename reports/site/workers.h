/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workers.h - the threads that make pages, so that the threads that serve sockets never block on
 * the database. Requests are taken in order of arrival, about as many at a time as there are
 * processors: with more threads each page would only take longer.
 */
#ifndef KDUEL_SITE_WORKERS_H
#define KDUEL_SITE_WORKERS_H

#include "lib/base.h"

struct http_request;
struct http_workers;

typedef void http_worker_fn(struct http_request *r);

/* How many threads make pages: one for each processor, at most 16, and some that may wait. */
size_t http_workers__for_pages(void);
/* Start `n` threads for a queue of at most `max` requests. `make` is called in one of them for each queued request, or `refuse` once
 * http_workers__stop() was called; the connection resumes when it returns. 0 or -errno. */
int http_workers__start(size_t n, size_t max, http_worker_fn *make, http_worker_fn *refuse,
			struct http_workers **out);
/* Finish the requests in progress, refuse the queued ones, accept no more. NULL is fine. */
void http_workers__stop(struct http_workers *w);
void http_workers__free(struct http_workers *w); /* after the stop; NULL is fine */

/* Suspend the request's connection until its page is made. False: the workers have stopped, or the
 * queue is full, and nothing was done. */
bool http_workers__queue(struct http_workers *w, struct http_request *r);

#endif
