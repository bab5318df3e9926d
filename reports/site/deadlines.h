/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * deadlines.h - an end for connections that take too long, or too many places.
 *
 * libmicrohttpd has a timeout for idle connections only. A client that sends a byte now and then
 * would keep its connection for ever, and some hundreds of those would lock everybody else out
 * until their time is over. So when places get scarce, each new connection ends an old one of the
 * address that has the most. There is no fixed limit for an address: a reverse proxy has one only.
 */
#ifndef KDUEL_SITE_DEADLINES_H
#define KDUEL_SITE_DEADLINES_H

#include "lib/base.h"

struct http_watch;
struct watched; /* one connection */
struct sockaddr;

/* With more than `max` connections, old ones make room for new ones. 0 or -errno. */
int http_watch__start(unsigned int max, struct http_watch **out);
/* Only when no connection is left. NULL is fine. */
void http_watch__stop(struct http_watch *w);

/* Watch a connection that begins, from the address `from` (NULL: unknown): it is shut down after
 * `seconds` unless that is extended. The result is valid until http_watch__remove(), to be called
 * before `fd` is closed. */
struct watched *http_watch__add(struct http_watch *w, int fd, const struct sockaddr *from,
				unsigned int seconds);
void http_watch__remove(struct http_watch *w, struct watched *c);
/* It made progress: it has `seconds` from now for the next step. `busy`: that step is an answer;
 * connections that wait for a request are ended before those. */
void http_watch__extend(struct http_watch *w, struct watched *c, unsigned int seconds, bool busy);

#endif
