// SPDX-License-Identifier: GPL-2.0-only
#include "reports/site/request.h"

#include <unistd.h>

#define WAITERS 2 /* threads beyond one for each processor */

struct http_render {
	pthread_mutex_t lock;
	pthread_cond_t queued, turned;
	struct http_request *first, **end;
	bool stopping;
	uint64_t next, open; /* ticket of who enters next; those with a lower one than `open` may */
	pthread_t *threads; /* owned */
	size_t n;
};

static struct http_request *take(struct http_render *p, bool *stopping)
{
	struct http_request *r;

	pthread_mutex_lock(&p->lock);
	while (!p->first && !p->stopping)
		pthread_cond_wait(&p->queued, &p->lock);
	*stopping = p->stopping;
	r = p->first;
	if (r) {
		p->first = r->next;
		if (!p->first)
			p->end = &p->first;
	}
	pthread_mutex_unlock(&p->lock);
	return r;
}

static void *run(void *arg)
{
	struct http_render *p = arg;
	struct http_request *r;
	bool stopping;

	while ((r = take(p, &stopping))) {
		struct MHD_Connection *con = r->con;

		if (stopping)
			http_answer__refuse(r);
		else
			http_answer__make(r);
		/* It may be answered and gone before this returns. */
		MHD_resume_connection(con);
	}
	return NULL;
}

static unsigned int n_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 16 ? 16 : (unsigned int)n;
}

int http_render__start(struct http_render **out)
{
	struct http_render *p = xcalloc(1, sizeof(*p));
	unsigned int width = n_processors();
	int ret = 0;

	p->open = width;
	p->end = &p->first;
	p->threads = xcalloc(width + WAITERS, sizeof(*p->threads));
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->queued, NULL);
	pthread_cond_init(&p->turned, NULL);
	for (unsigned int i = 0; !ret && i < width + WAITERS; i++) {
		ret = -pthread_create(&p->threads[p->n], NULL, run, p);
		p->n += !ret;
	}
	*out = p;
	if (ret) {
		http_render__stop(p);
		http_render__free(p);
		*out = NULL;
	}
	return ret;
}

void http_render__stop(struct http_render *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_broadcast(&p->queued);
	pthread_mutex_unlock(&p->lock);
	while (p->n)
		pthread_join(p->threads[--p->n], NULL);
}

void http_render__free(struct http_render *p)
{
	if (!p)
		return;
	pthread_cond_destroy(&p->queued);
	pthread_cond_destroy(&p->turned);
	pthread_mutex_destroy(&p->lock);
	free(p->threads);
	free(p);
}

bool http_render__queue(struct http_render *p, struct http_request *r)
{
	bool taken;

	pthread_mutex_lock(&p->lock);
	taken = !p->stopping;
	if (taken) {
		MHD_suspend_connection(r->con);
		r->next = NULL;
		*p->end = r;
		p->end = &r->next;
		pthread_cond_signal(&p->queued);
	}
	pthread_mutex_unlock(&p->lock);
	return taken;
}

void http_render__enter(struct http_render *p)
{
	uint64_t mine;

	pthread_mutex_lock(&p->lock);
	mine = p->next++;
	while (mine >= p->open)
		pthread_cond_wait(&p->turned, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

void http_render__leave(struct http_render *p)
{
	pthread_mutex_lock(&p->lock);
	p->open++;
	pthread_cond_broadcast(&p->turned);
	pthread_mutex_unlock(&p->lock);
}
