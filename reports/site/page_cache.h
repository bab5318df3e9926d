/* SPDX-License-Identifier: GPL-2.0-only */
/* page_cache.h - pages that were made, by URL and state of the database. Safe for threads. */
#ifndef KDUEL_SITE_PAGE_CACHE_H
#define KDUEL_SITE_PAGE_CACHE_H

#include "reports/site/coding.h"
#include "reports/web/page.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#define HTTP_ETAG_LEN 26
#define HTTP_CACHE_BUCKETS 1024

/* A finished answer; whoever uses it holds a reference. */
struct http_page {
	struct page_reply reply;
	enum http_coding coding; /* of the body */
	char etag[HTTP_ETAG_LEN]; /* "\"0123456789abcdef-gzip\"": a hash of the content, its coding */
	atomic_uint refs;
	/* What is sent, with all its headers: made once, since it is sent again and again. It owns the
	 * body. NULL: not sent yet (http_send__page()). */
	_Atomic(struct MHD_Response *) ready;
};

/* Takes the reply over; one reference, the caller's. */
struct http_page *http_page__new(struct page_reply *reply);
/* The same page in a coding, or itself if that would not be smaller: a reference of the caller's in
 * any case. */
struct http_page *http_page__code(struct http_page *page, enum http_coding coding);
struct http_page *http_page__ref(struct http_page *page);
void http_page__unref(struct http_page *page);

struct cache_entry;

struct http_cache {
	pthread_mutex_t lock;
	pthread_cond_t made;
	size_t max, bytes;
	struct cache_entry *buckets[HTTP_CACHE_BUCKETS];
	struct cache_entry *newest, *oldest; /* by last use; finished ones only */
};

void http_cache__init(struct http_cache *c, size_t max_bytes);
void http_cache__release(struct http_cache *c);

/* A finished page of a URL in this state of the database (the caller's reference), or NULL. */
struct http_page *http_cache__peek(struct http_cache *c, const char *url, uint64_t state);
/* The page of a URL in this state of the database (the caller's reference), or NULL: then the
 * caller makes it and calls http_cache__put(); others who ask for it block until then. */
struct http_page *http_cache__get(struct http_cache *c, const char *url, uint64_t state);
/* Hand in the page after a get that returned NULL. All who wait get it, even if it reports an
 * error; it stays in the cache only if `keep`. Takes a reference of its own. */
void http_cache__put(struct http_cache *c, const char *url, uint64_t state, struct http_page *page,
		     bool keep);

#endif
