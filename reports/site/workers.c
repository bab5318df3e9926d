// SPDX-License-Identifier: GPL-2.0-only
/* workers.c - a queue of requests, and the threads that process it. */
#include "reports/site/workers.h"
#include "reports/site/request.h"

#include <unistd.h>

/* Threads beyond one per processor: a thread may block until another has made the same page
 * (http_cache__get()), which should not hold up the requests behind it. */
#define EXTRA_THREADS 2

struct http_workers {
	http_worker_fn *make, *refuse;
	pthread_mutex_t lock;
	pthread_cond_t queued;
	struct http_request *first, **end;
	bool stopping;
	size_t waiting, max;
	pthread_t *threads; /* owned */
	size_t n;
};

/* Process requests until http_workers__stop(). Those still queued are then refused rather than
 * dropped, as libmicrohttpd cannot stop while connections are suspended. */
static void *run(void *arg)
{
	struct http_workers *w = arg;
	struct http_request *r;

	for (;;) {
		struct MHD_Connection *con;
		bool stopping;

		pthread_mutex_lock(&w->lock);
		while (!w->first && !w->stopping)
			pthread_cond_wait(&w->queued, &w->lock);
		stopping = w->stopping;
		r = w->first;
		if (r) {
			w->waiting--;
			w->first = r->next;
			if (!w->first)
				w->end = &w->first;
		}
		pthread_mutex_unlock(&w->lock);
		if (!r)
			return NULL;
		con = r->con;
		(stopping ? w->refuse : w->make)(r);
		/* From here on, another thread may answer and free the request. */
		MHD_resume_connection(con);
	}
}

size_t http_workers__for_pages(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return (size_t)(cpus < 1 ? 1 : cpus > 16 ? 16 : cpus) + EXTRA_THREADS;
}

int http_workers__start(size_t n, size_t max, http_worker_fn *make, http_worker_fn *refuse,
			struct http_workers **out)
{
	struct http_workers *w = xcalloc(1, sizeof(*w));
	int ret = 0;

	w->make = make;
	w->refuse = refuse;
	w->max = max;
	w->end = &w->first;
	w->threads = xcalloc(n, sizeof(*w->threads));
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->queued, NULL);
	while (!ret && w->n < n) {
		ret = -pthread_create(&w->threads[w->n], NULL, run, w);
		w->n += !ret;
	}
	*out = w;
	if (ret) {
		http_workers__stop(w);
		http_workers__free(w);
		*out = NULL;
	}
	return ret;
}

void http_workers__stop(struct http_workers *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_broadcast(&w->queued);
	pthread_mutex_unlock(&w->lock);
	while (w->n)
		pthread_join(w->threads[--w->n], NULL);
}

void http_workers__free(struct http_workers *w)
{
	if (!w)
		return;
	pthread_cond_destroy(&w->queued);
	pthread_mutex_destroy(&w->lock);
	free(w->threads);
	free(w);
}

/* Suspend the connection with the lock held, before a worker can see the request: if it resumed
 * first, the wakeup would be lost. */
bool http_workers__queue(struct http_workers *w, struct http_request *r)
{
	bool open;

	pthread_mutex_lock(&w->lock);
	open = !w->stopping && w->waiting < w->max;
	if (open) {
		w->waiting++;
		MHD_suspend_connection(r->con);
		r->next = NULL;
		*w->end = r;
		w->end = &r->next;
		pthread_cond_signal(&w->queued);
	}
	pthread_mutex_unlock(&w->lock);
	return open;
}
