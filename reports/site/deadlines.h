/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * deadlines.h - an end for connections that take too long.
 *
 * libmicrohttpd ends a connection without a byte for a while; one that sends a byte now and
 * then would stay for ever, and hundreds of them would keep everybody else out.
 */
#ifndef KDUEL_SITE_DEADLINES_H
#define KDUEL_SITE_DEADLINES_H

#include "lib/base.h"

struct http_watch;
struct watched; /* one connection */

/* 0 or -errno. */
int http_watch__start(struct http_watch **out);
/* When no connection is left. NULL is fine. */
void http_watch__stop(struct http_watch *w);

/* A connection begins and has to be through with what it does in `seconds`; and ends. */
struct watched *http_watch__add(struct http_watch *w, int fd, unsigned int seconds);
void http_watch__remove(struct http_watch *w, struct watched *c);
/* It has got somewhere, and `seconds` for what comes next. */
void http_watch__extend(struct http_watch *w, struct watched *c, unsigned int seconds);

#endif
