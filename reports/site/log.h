/* SPDX-License-Identifier: GPL-2.0-only */
/* log.h - the server's log, without immediate repetitions: a client cannot flood it by repeating a
 * request. */
#ifndef KDUEL_SITE_LOG_H
#define KDUEL_SITE_LOG_H

#include "lib/base.h"

#include <pthread.h>

struct http_log {
	void (*write)(const char *line); /* called from any thread; NULL: do not log */
	pthread_mutex_t lock;
	char *last; /* owned; the last line that was logged, or NULL */
	uint64_t last_ns; /* when it was logged, by clock__ns() */
};

void http_log__init(struct http_log *log, void (*write)(const char *line));
void http_log__release(struct http_log *log);
/* Log one line, without the line end. Dropped if it repeats the last line within ten seconds. */
void http_log__line(struct http_log *log, const char *fmt, ...) __printf(2, 3);

#endif
