// SPDX-License-Identifier: GPL-2.0-only
/* connections.c - a pool of read-only connections to the database, and the number of its state. */
#include "reports/site/connections.h"
#include "reports/store/snapshot.h"

#include <sys/stat.h>

/* How long a page waits for a writer that has the database locked; then it is a 503. */
#define LOCK_TIMEOUT_MS 1000
#define NAP_MS 20
/* Each thread that makes pages has a connection, and the kernel has the file in its cache anyway: pages
 * take no longer with this than with sixteen times as much. */
#define CACHE_KIB 1000

void http_pool__init(struct http_pool *p, const char *path)
{
	*p = (struct http_pool){ .path = path };
	pthread_mutex_init(&p->lock, NULL);
}

/* With the lock held, or when no other thread is left. */
static void close_all(struct http_pool *p)
{
	while (p->n_idle)
		store__close(p->idle[--p->n_idle]);
	store__close(p->watch);
	p->watch = NULL;
}

void http_pool__release(struct http_pool *p)
{
	close_all(p);
	pthread_mutex_destroy(&p->lock);
}

/* AS_IS: a server must not migrate the schema of a database that others use. */
static int open_one(const struct http_pool *p, struct store **st, struct err *err)
{
	int ret = store__open(p->path, STORE_READ | STORE_AS_IS, st, err);

	if (ret)
		return ret;
	store_snapshot__timeout(*st, LOCK_TIMEOUT_MS);
	store_snapshot__cache(*st, CACHE_KIB);
	return 0;
}

/* Has the file changed behind a connection that takes no note of it (store_snapshot__is_frozen())? A
 * -wal file that appears counts as well: its content is not seen. */
static bool is_stale(const struct http_pool *p, const struct stat *sb)
{
	return p->watch && store_snapshot__is_frozen(p->watch) &&
	       (sb->st_mtim.tv_sec != p->changed.tv_sec ||
		sb->st_mtim.tv_nsec != p->changed.tv_nsec || store__has_wal(p->path));
}

/* See whether the path still names the file that is open: a database may be moved away, or replaced
 * by another. With the lock held. */
static int follow_file(struct http_pool *p, struct err *err)
{
	struct stat sb;
	int ret = stat(p->path, &sb) < 0 ? -errno : 0;

	if (!ret && sb.st_dev == p->dev && sb.st_ino == p->ino && p->watch && !is_stale(p, &sb))
		return 0;
	close_all(p);
	p->file++;
	p->state++;
	if (ret)
		return err__set(err, ret == -ENOENT ? -ENOMEDIUM : ret, "%s: no such database (%s)",
				p->path, strerror(-ret));
	p->dev = sb.st_dev;
	p->ino = sb.st_ino;
	p->changed = sb.st_mtim;
	return -EAGAIN;
}

/* Ask the connection that is there. The version counts commits as seen from one connection, so it is
 * always the same one that is asked, and it does not wait: all threads would wait with it. After an
 * error the number rises, too: what was cached before it is not shown after it. With the lock held. */
static int ask_version(struct http_pool *p, struct err *err)
{
	int64_t version = 0;
	int ret = store_snapshot__version(p->watch, &version, err);

	if (ret == -EBUSY)
		return -EAGAIN;
	if (ret) {
		store__close(p->watch);
		p->watch = NULL;
	}
	if (ret || version != p->version)
		p->state++;
	p->version = version;
	return ret;
}

int http_pool__state_now(struct http_pool *p, uint64_t *state, struct err *err)
{
	int ret;

	pthread_mutex_lock(&p->lock);
	ret = follow_file(p, err);
	if (!ret)
		ret = ask_version(p, err);
	*state = p->state;
	pthread_mutex_unlock(&p->lock);
	return ret;
}

/* Make the connection that is asked for the version. Opening may wait for a lock of the database, so
 * it is done without ours; of two threads that do it the second one is too late. */
static int open_watch(struct http_pool *p, struct err *err)
{
	struct store *st = NULL;
	unsigned int file;
	int ret;

	pthread_mutex_lock(&p->lock);
	file = p->file;
	ret = p->watch ? 1 : 0;
	pthread_mutex_unlock(&p->lock);
	if (ret)
		return 0;
	ret = open_one(p, &st, err);
	if (ret)
		return ret;
	store_snapshot__timeout(st, 0);
	pthread_mutex_lock(&p->lock);
	if (!p->watch && file == p->file) {
		p->watch = st;
		p->state++; /* its versions do not compare with those of the one before */
		st = NULL;
	}
	pthread_mutex_unlock(&p->lock);
	store__close(st);
	return 0;
}

int http_pool__state(struct http_pool *p, uint64_t *state, struct err *err)
{
	const struct timespec nap = { .tv_nsec = NAP_MS * 1000 * 1000 };
	int ret = 0;

	for (int waited = 0; waited <= LOCK_TIMEOUT_MS; waited += NAP_MS) {
		err__set(err, 0, "%s: locked by another process", p->path);
		ret = http_pool__state_now(p, state, err);
		if (ret != -EAGAIN)
			return ret;
		ret = open_watch(p, err);
		if (ret)
			return ret;
		nanosleep(&nap, NULL);
	}
	return -EBUSY;
}

/* Opening may wait for a lock of the database, so it is done without ours. */
int http_pool__take(struct http_pool *p, struct http_store *s, struct err *err)
{
	pthread_mutex_lock(&p->lock);
	*s = (struct http_store){ .file = p->file };
	if (p->n_idle)
		s->st = p->idle[--p->n_idle];
	pthread_mutex_unlock(&p->lock);
	return s->st ? 0 : open_one(p, &s->st, err);
}

/* A connection to a file that has been replaced since it was borrowed is closed, and so is one that
 * does not see what is written meanwhile. */
void http_pool__give(struct http_pool *p, struct http_store *s, bool broken)
{
	pthread_mutex_lock(&p->lock);
	if (!broken && s->file == p->file && !store_snapshot__is_frozen(s->st) &&
	    p->n_idle < HTTP_POOL_MAX) {
		p->idle[p->n_idle++] = s->st;
		s->st = NULL;
	}
	pthread_mutex_unlock(&p->lock);
	store__close(s->st);
	s->st = NULL;
}
