// SPDX-License-Identifier: GPL-2.0-only
/* deadlines.c - a thread that shuts down connections whose time is over. */
#include "lib/clock.h"
#include "reports/site/deadlines.h"

#include <pthread.h>
#include <sys/socket.h>

/* An entry of a doubly linked list; *link is what points to it. */
struct watched {
	struct watched *next, **link;
	int fd;
	uint64_t until_ns;
};

struct http_watch {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stop;
	bool stopping;
	struct watched *first;
};

/* Once a second is often enough: limits are tens of seconds, and lists are short. */
static void *run(void *arg)
{
	struct http_watch *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->stopping) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
		pthread_cond_timedwait(&w->stop, &w->lock, &until);
		/* shutdown() ends the connection for libmicrohttpd as well, which then calls
		 * http_watch__remove() and closes the descriptor. */
		for (const struct watched *c = w->first; c; c = c->next)
			if (clock__ns() > c->until_ns)
				shutdown(c->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

int http_watch__start(struct http_watch **out)
{
	struct http_watch *w = xcalloc(1, sizeof(*w));
	int ret;

	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->stop, NULL);
	ret = pthread_create(&w->thread, NULL, run, w);
	if (ret) {
		free(w);
		w = NULL;
	}
	*out = w;
	return -ret;
}

void http_watch__stop(struct http_watch *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->stop);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->stop);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

/* The time `seconds` from now. */
static uint64_t in(unsigned int seconds)
{
	return clock__ns() + seconds * NSEC_PER_SEC;
}

struct watched *http_watch__add(struct http_watch *w, int fd, unsigned int seconds)
{
	struct watched *c = xcalloc(1, sizeof(*c));

	c->fd = fd;
	c->until_ns = in(seconds);
	pthread_mutex_lock(&w->lock);
	c->next = w->first;
	c->link = &w->first;
	if (c->next)
		c->next->link = &c->next;
	w->first = c;
	pthread_mutex_unlock(&w->lock);
	return c;
}

void http_watch__remove(struct http_watch *w, struct watched *c)
{
	pthread_mutex_lock(&w->lock);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	pthread_mutex_unlock(&w->lock);
	free(c);
}

void http_watch__extend(struct http_watch *w, struct watched *c, unsigned int seconds)
{
	pthread_mutex_lock(&w->lock);
	c->until_ns = in(seconds);
	pthread_mutex_unlock(&w->lock);
}
