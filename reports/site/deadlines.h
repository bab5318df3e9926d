/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * deadlines.h - an end for connections that take too long.
 *
 * libmicrohttpd has a timeout for idle connections only. A client that sends a byte now and then
 * would keep its connection for ever, and some hundreds of those would lock everybody else out.
 */
#ifndef KDUEL_SITE_DEADLINES_H
#define KDUEL_SITE_DEADLINES_H

#include "lib/base.h"

struct http_watch;
struct watched; /* one connection */

/* 0 or -errno. */
int http_watch__start(struct http_watch **out);
/* Only when no connection is left. NULL is fine. */
void http_watch__stop(struct http_watch *w);

/* Watch a connection that begins: it is shut down after `seconds` unless that is extended. The
 * result is valid until http_watch__remove(), to be called before `fd` is closed. */
struct watched *http_watch__add(struct http_watch *w, int fd, unsigned int seconds);
void http_watch__remove(struct http_watch *w, struct watched *c);
/* It made progress: it has `seconds` from now for the next step. */
void http_watch__extend(struct http_watch *w, struct watched *c, unsigned int seconds);

#endif
