/* SPDX-License-Identifier: GPL-2.0-only */
/* connections.h - a pool of database connections for the server's threads, and a counter for the
 * state of the database. */
#ifndef KDUEL_SITE_CONNECTIONS_H
#define KDUEL_SITE_CONNECTIONS_H

#include "reports/store/store.h"

#include <pthread.h>
#include <sys/types.h>

#define HTTP_POOL_MAX 64

struct http_pool {
	const char *path;
	pthread_mutex_t lock;
	struct store *idle[HTTP_POOL_MAX];
	size_t n_idle;
	struct store *watch; /* only asked for the data version (http_pool__state()) */
	int64_t version;
	uint64_t state; /* rises with every commit of others, new file, or error */
	dev_t dev; /* device and inode of the open file */
	ino_t ino;
	struct timespec changed; /* its mtime, in case `watch` does not notice changes */
	unsigned int file; /* rises when another file takes its place */
};

/* A borrowed connection. */
struct http_store {
	struct store *st;
	unsigned int file;
};

void http_pool__init(struct http_pool *p, const char *path);
void http_pool__release(struct http_pool *p);

/* The state of the database: what is read afterwards is of this state or a newer one. 0, or -errno
 * as store__open(); -ENOMEDIUM: there is no such file. */
int http_pool__state(struct http_pool *p, uint64_t *state, struct err *err);
/* Likewise without blocking, for threads that serve sockets. -EAGAIN: would have to open the
 * database, or wait for a lock of another process. */
int http_pool__state_now(struct http_pool *p, uint64_t *state, struct err *err);
/* Borrow a connection for reading, and return it; a `broken` one is closed. */
int http_pool__take(struct http_pool *p, struct http_store *s, struct err *err);
void http_pool__give(struct http_pool *p, struct http_store *s, bool broken);

#endif
