/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workers.h - the threads that make pages, so that those that read and write sockets never wait
 * for one. First come, first served, and as many at a time as there are processors: more would share
 * them, and each page would take longer.
 */
#ifndef KDUEL_SITE_WORKERS_H
#define KDUEL_SITE_WORKERS_H

#include "lib/base.h"

struct http_render;
struct http_request;

/* 0 or -errno. http_answer__make() is called in one of the threads with each request that was
 * queued. */
int http_render__start(struct http_render **out);
/* What is being made is finished, what waits is refused, nothing more is taken. NULL is fine. */
void http_render__stop(struct http_render *p);
void http_render__free(struct http_render *p);

/* Set the request's connection aside until its page was made; false: the threads have stopped, and
 * nothing was done. */
bool http_render__queue(struct http_render *p, struct http_request *r);

/* Around what takes a processor. In between, two more threads may wait for somebody else's page. */
void http_render__enter(struct http_render *p);
void http_render__leave(struct http_render *p);

#endif
