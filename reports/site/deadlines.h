/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * deadlines.h - deadlines for connections, and eviction when there are too many.
 *
 * libmicrohttpd only has a timeout for idle connections. A client that sends a byte now and then
 * could keep its connection forever, and a few hundred of those would lock out everybody else. So
 * each connection has a deadline, and when there are too many, each new connection evicts an old
 * one of the client with the most. There is no fixed limit per address, as a reverse proxy has only
 * one.
 */
#ifndef KDUEL_SITE_DEADLINES_H
#define KDUEL_SITE_DEADLINES_H

#include "lib/base.h"

struct http_watch;
struct watched; /* one connection */
struct sockaddr;

/* Start the thread. From `max` connections on, each new one evicts an old one. 0 or -errno. */
int http_watch__start(unsigned int max, struct http_watch **out);
/* Stop it, once no connection is left. NULL is fine. */
void http_watch__stop(struct http_watch *w);

/* Watch a new connection from the address `from` (NULL: unknown): it is shut down after `seconds`
 * unless extended. The result is valid until http_watch__remove(), which must be called before `fd`
 * is closed. */
struct watched *http_watch__add(struct http_watch *w, int fd, const struct sockaddr *from,
				unsigned int seconds);
void http_watch__remove(struct http_watch *w, struct watched *c);
/* The connection made progress and has `seconds` from now for its next step. `busy`: that step is
 * sending an answer; connections waiting for a request are evicted first. */
void http_watch__extend(struct http_watch *w, struct watched *c, unsigned int seconds, bool busy);

#endif
