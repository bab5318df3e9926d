/* SPDX-License-Identifier: GPL-2.0-only */
/* log.h - the server's log; a client that repeats its request does not repeat the message. */
#ifndef KDUEL_SITE_LOG_H
#define KDUEL_SITE_LOG_H

#include "lib/base.h"

#include <pthread.h>

struct http_log {
	void (*write)(const char *line); /* from any thread; NULL: nothing is logged */
	pthread_mutex_t lock;
	char *last; /* owned; the line that was logged last, or NULL */
	uint64_t last_ns; /* when, by clock__ns() */
};

void http_log__init(struct http_log *log, void (*write)(const char *line));
void http_log__release(struct http_log *log);
/* Log one line, without a line end. It is dropped if it repeats the last one within ten seconds. */
void http_log__line(struct http_log *log, const char *fmt, ...) __printf(2, 3);

#endif
