// SPDX-License-Identifier: GPL-2.0-only
/* page_cache.c - a hash table of pages with an LRU list. Concurrent requests for the same page make
 * it only once. */
#include "lib/hash.h"
#include "reports/site/page_cache.h"

struct cache_entry {
	struct cache_entry *next; /* in the bucket */
	struct cache_entry *newer, *older; /* LRU list */
	char *url; /* owned */
	uint64_t state;
	struct http_page *page; /* NULL: still being made */
	size_t bytes;
	unsigned int waiting; /* threads waiting for the page */
	bool gone; /* no longer in its bucket: the last waiter frees it */
};

struct http_page *http_page__new(struct page_reply *reply)
{
	struct http_page *page = xcalloc(1, sizeof(*page));

	page->reply = *reply;
	*reply = (struct page_reply){ 0 };
	snprintf(page->etag, sizeof(page->etag), "\"%016llx\"",
		 (unsigned long long)hash__text(page->reply.body));
	atomic_init(&page->refs, 1);
	return page;
}

struct http_page *http_page__code(struct http_page *page, enum http_coding coding)
{
	const struct page_reply *reply = &page->reply;
	struct http_page *coded;
	size_t len;
	char *body;

	body = reply->status == 200 ? http_coding__encode(coding, reply->body, reply->len, &len) :
				      NULL;
	if (!body)
		return http_page__ref(page);
	coded = xcalloc(1, sizeof(*coded));
	coded->reply = *reply;
	coded->reply.body = body;
	coded->reply.len = len;
	coded->reply.filename = reply->filename ? xstrdup(reply->filename) : NULL;
	coded->coding = coding;
	snprintf(coded->etag, sizeof(coded->etag), "\"%.16s-%s\"", page->etag + 1,
		 http_coding__name(coding));
	atomic_init(&coded->refs, 1);
	return coded;
}

struct http_page *http_page__ref(struct http_page *page)
{
	atomic_fetch_add(&page->refs, 1);
	return page;
}

void http_page__unref(struct http_page *page)
{
	struct MHD_Response *ready;

	if (!page || atomic_fetch_sub(&page->refs, 1) > 1)
		return;
	ready = atomic_load(&page->ready);
	if (ready) { /* connections that are still sending it hold their own references */
		MHD_destroy_response(ready);
		page->reply.body = NULL;
	}
	page_reply__release(&page->reply);
	free(page);
}

void http_cache__init(struct http_cache *c, size_t max_bytes)
{
	*c = (struct http_cache){ .max = max_bytes };
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->made, NULL);
}

/* The chain of entries for the hash of a URL. */
static struct cache_entry **bucket(struct http_cache *c, const char *url)
{
	return &c->buckets[hash__text(url) % HTTP_CACHE_BUCKETS];
}

/* Remove an entry from the LRU list. With the lock held, as for everything below. */
static void unlink_use(struct http_cache *c, struct cache_entry *e)
{
	*(e->newer ? &e->newer->older : &c->newest) = e->older;
	*(e->older ? &e->older->newer : &c->oldest) = e->newer;
	e->newer = e->older = NULL;
}

/* Make an entry the most recently used one. */
static void link_use(struct http_cache *c, struct cache_entry *e)
{
	e->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

static void free_entry(struct cache_entry *e)
{
	http_page__unref(e->page);
	free(e->url);
	free(e);
}

/* Remove an entry from its bucket; `at` is the pointer to it. If threads are waiting for its page,
 * the last of them frees it. */
static void drop(struct http_cache *c, struct cache_entry **at)
{
	struct cache_entry *e = *at;

	if (!e)
		return;
	*at = e->next;
	if (e->bytes)
		unlink_use(c, e);
	c->bytes -= e->bytes;
	e->gone = true;
	if (!e->waiting)
		free_entry(e);
}

void http_cache__release(struct http_cache *c)
{
	for (size_t i = 0; i < HTTP_CACHE_BUCKETS; i++)
		while (c->buckets[i])
			drop(c, &c->buckets[i]);
	pthread_cond_destroy(&c->made);
	pthread_mutex_destroy(&c->lock);
}

/* The pointer to the entry, or to the end of its chain. Finished pages of the same URL for older
 * states are dropped on the way, as nobody asks for them again. */
static struct cache_entry **find(struct http_cache *c, const char *url, uint64_t state)
{
	struct cache_entry **at = bucket(c, url);

	while (*at) {
		bool mine = streq((*at)->url, url);

		if (mine && (*at)->state == state)
			break;
		if (mine && (*at)->bytes && (*at)->state < state)
			drop(c, at);
		else
			at = &(*at)->next;
	}
	return at;
}

/* Wait for the page that another thread is making. pthread_cond_wait() releases the lock
 * meanwhile. */
static struct http_page *wait_for(struct http_cache *c, struct cache_entry *e)
{
	struct http_page *page;

	e->waiting++;
	while (!e->page)
		pthread_cond_wait(&c->made, &c->lock);
	page = http_page__ref(e->page);
	if (!--e->waiting && e->gone)
		free_entry(e);
	return page;
}

/* Reference a finished page, and make it the most recently used one. */
static struct http_page *take(struct http_cache *c, struct cache_entry *e)
{
	unlink_use(c, e);
	link_use(c, e);
	return http_page__ref(e->page);
}

struct http_page *http_cache__peek(struct http_cache *c, const char *url, uint64_t state)
{
	struct http_page *page = NULL;
	struct cache_entry *e;

	pthread_mutex_lock(&c->lock);
	e = *find(c, url, state);
	if (e && e->page)
		page = take(c, e);
	pthread_mutex_unlock(&c->lock);
	return page;
}

/* A new entry without a page tells others that the caller is making it. */
struct http_page *http_cache__get(struct http_cache *c, const char *url, uint64_t state)
{
	struct http_page *page = NULL;
	struct cache_entry *e;

	pthread_mutex_lock(&c->lock);
	e = *find(c, url, state);
	if (e) {
		page = e->page ? take(c, e) : wait_for(c, e);
	} else {
		e = xcalloc(1, sizeof(*e));
		e->url = xstrdup(url);
		e->state = state;
		e->next = *bucket(c, url);
		*bucket(c, url) = e;
	}
	pthread_mutex_unlock(&c->lock);
	return page;
}

/* Evict the least recently used pages. Pages still being made are not in the list. */
static void shrink(struct http_cache *c)
{
	struct cache_entry *e;

	/* Entries in the list have bytes > 0, so drop() removes them from it. */
	while (c->bytes > c->max && (e = c->oldest))
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the analyzer does not know that */
		drop(c, find(c, e->url, e->state));
}

/* The entry is the one from http_cache__get(). An entry that is not kept is removed from its
 * bucket, but waiting threads still get the page from it. */
void http_cache__put(struct http_cache *c, const char *url, uint64_t state, struct http_page *page,
		     bool keep)
{
	struct cache_entry **at, *e;

	pthread_mutex_lock(&c->lock);
	at = find(c, url, state);
	e = *at;
	if (e)
		e->page = http_page__ref(page);
	if (e && keep) {
		e->bytes = sizeof(*e) + sizeof(*page) + strlen(url) + page->reply.len;
		c->bytes += e->bytes;
		link_use(c, e);
		shrink(c);
	} else {
		drop(c, at);
	}
	pthread_cond_broadcast(&c->made);
	pthread_mutex_unlock(&c->lock);
}
