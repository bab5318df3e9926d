/* SPDX-License-Identifier: GPL-2.0-only */
/* page_cache.h - cached pages, by URL and state of the database. Thread-safe. */
#ifndef KDUEL_SITE_PAGE_CACHE_H
#define KDUEL_SITE_PAGE_CACHE_H

#include "reports/site/coding.h"
#include "reports/web/page.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#define HTTP_ETAG_LEN 26
#define HTTP_CACHE_BUCKETS 1024

/* A finished answer with a reference count. */
struct http_page {
	struct page_reply reply;
	enum http_coding coding; /* content coding of the body */
	/* "\"0123456789abcdef-gzip\"": hash of the content, and its coding */
	char etag[HTTP_ETAG_LEN];
	atomic_uint refs;
	/* The response with all its headers, made once as it is sent again and again; owns the
	 * body. NULL: not sent yet (http_send__page()). */
	_Atomic(struct MHD_Response *) ready;
};

/* Takes over the contents of `reply`; returns the only reference. */
struct http_page *http_page__new(struct page_reply *reply);
/* The same page in a content coding, or itself if that would not be smaller. Returns a new
 * reference in either case. */
struct http_page *http_page__code(struct http_page *page, enum http_coding coding);
struct http_page *http_page__ref(struct http_page *page);
void http_page__unref(struct http_page *page);

struct cache_entry;

struct http_cache {
	pthread_mutex_t lock;
	pthread_cond_t made;
	size_t max, bytes;
	struct cache_entry *buckets[HTTP_CACHE_BUCKETS];
	struct cache_entry *newest, *oldest; /* LRU list, only of finished pages */
};

void http_cache__init(struct http_cache *c, size_t max_bytes);
void http_cache__release(struct http_cache *c);

/* A finished page of this URL and state of the database (a new reference), or NULL. */
struct http_page *http_cache__peek(struct http_cache *c, const char *url, uint64_t state);
/* The page of this URL and state of the database (a new reference). NULL: the caller must make it
 * and call http_cache__put(); other callers block until then. */
struct http_page *http_cache__get(struct http_cache *c, const char *url, uint64_t state);
/* Hand in the page after http_cache__get() returned NULL. All waiting callers get it, even if it
 * reports an error; it stays in the cache only if `keep`. Takes its own reference. */
void http_cache__put(struct http_cache *c, const char *url, uint64_t state, struct http_page *page,
		     bool keep);

#endif
