// SPDX-License-Identifier: GPL-2.0-only
/* log.c - the server's log. */
#include "reports/site/log.h"
#include "lib/clock.h"

#include <stdarg.h>

#define REPEAT_S 10 /* suppress repetitions of a line for this long */

void http_log__init(struct http_log *log, void (*write)(const char *line))
{
	*log = (struct http_log){ .write = write };
	pthread_mutex_init(&log->lock, NULL);
}

void http_log__release(struct http_log *log)
{
	pthread_mutex_destroy(&log->lock);
	free(log->last);
}

/* The line is formatted before the lock is taken but written while it is held, so that lines of
 * several threads do not mix. */
void http_log__line(struct http_log *log, const char *fmt, ...)
{
	uint64_t now = clock__ns();
	char *line;
	va_list ap;

	va_start(ap, fmt);
	line = xvasprintf(fmt, ap);
	va_end(ap);
	pthread_mutex_lock(&log->lock);
	if (!log->last || !streq(line, log->last) || now - log->last_ns > REPEAT_S * NSEC_PER_SEC) {
		free(log->last);
		log->last = line;
		log->last_ns = now;
		line = NULL;
		if (log->write)
			log->write(log->last);
	}
	pthread_mutex_unlock(&log->lock);
	free(line);
}
