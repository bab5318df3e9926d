// SPDX-License-Identifier: GPL-2.0-only
/* connections.c - a pool of read-only connections to the database, and detection of changes to
 * it. */
#include "reports/site/connections.h"
#include "reports/store/snapshot.h"

#include <sys/stat.h>

/* How long a page waits for a writer that has locked the database before it becomes a 503. */
#define LOCK_TIMEOUT_MS 1000
#define NAP_MS 20
/* Page cache of each connection. The file is in the kernel's page cache anyway: sixteen times as
 * much makes pages no faster. */
#define CACHE_KIB 1000

void http_pool__init(struct http_pool *p, const char *path)
{
	*p = (struct http_pool){ .path = path };
	pthread_mutex_init(&p->lock, NULL);
}

/* Call with the lock held, or when no other thread is left. */
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

/* STORE_AS_IS: a server must not migrate a database that others use. */
static int open_one(const struct http_pool *p, struct store **st, struct err *err)
{
	int ret = store__open(p->path, STORE_READ | STORE_AS_IS, st, err);

	if (ret)
		return ret;
	store_snapshot__timeout(*st, LOCK_TIMEOUT_MS);
	store_snapshot__cache(*st, CACHE_KIB);
	return 0;
}

/* Has the file changed behind a connection that would not notice (store_snapshot__is_frozen())? A
 * new -wal file counts, as its contents are not seen. */
static bool is_stale(const struct http_pool *p, const struct stat *sb)
{
	return p->watch && store_snapshot__is_frozen(p->watch) &&
	       (sb->st_mtim.tv_sec != p->changed.tv_sec ||
		sb->st_mtim.tv_nsec != p->changed.tv_nsec || store__has_wal(p->path));
}

/* Check whether the path still names the open file: a database may be moved or replaced. -EAGAIN if
 * another file has to be opened. With the lock held. */
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

/* Ask the `watch` connection for its data version, which counts commits as seen by that connection.
 * It never waits for locks, as all threads would wait with it: -EAGAIN. The state also rises after
 * an error, so that nothing cached before is shown afterwards. With the lock held. */
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

/* Open the `watch` connection. As that may wait for a lock of the database, it is done without
 * holding ours; if two threads do it, the second discards its connection. */
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
		p->state++; /* its versions do not compare with those of its predecessor */
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

/* Opening may wait for a lock of the database, so it is done without holding ours. */
int http_pool__take(struct http_pool *p, struct http_store *s, struct err *err)
{
	pthread_mutex_lock(&p->lock);
	*s = (struct http_store){ .file = p->file };
	if (p->n_idle)
		s->st = p->idle[--p->n_idle];
	pthread_mutex_unlock(&p->lock);
	return s->st ? 0 : open_one(p, &s->st, err);
}

/* Close a connection to a file that has been replaced since it was borrowed, or one that does not
 * see new commits. */
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
