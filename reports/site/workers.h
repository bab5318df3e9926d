/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workers.h - threads that make pages, so that the threads serving sockets never block on the
 * database. Requests are processed in order of arrival, with about one thread per processor: with
 * more, each page would only take longer.
 */
#ifndef KDUEL_SITE_WORKERS_H
#define KDUEL_SITE_WORKERS_H

#include "lib/base.h"

struct http_request;
struct http_workers;

typedef void http_worker_fn(struct http_request *r);

/* Number of threads for making pages: one per processor, at most 16, plus a few that may block. */
size_t http_workers__for_pages(void);
/* Start `n` threads for a queue of at most `max` requests. For each queued request, one of them
 * calls `make`, or `refuse` after http_workers__stop(), and then resumes the connection. 0 or
 * -errno. */
int http_workers__start(size_t n, size_t max, http_worker_fn *make, http_worker_fn *refuse,
			struct http_workers **out);
/* Finish requests in progress, refuse queued ones, and accept no more. NULL is fine. */
void http_workers__stop(struct http_workers *w);
void http_workers__free(struct http_workers *w); /* after the stop; NULL is fine */

/* Suspend the request's connection until its answer is ready. False if the workers have stopped or
 * the queue is full: nothing was done. */
bool http_workers__queue(struct http_workers *w, struct http_request *r);

#endif
