/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page.h - a page is a function from a request to a reply in HTML, JSON, CSV or Markdown.
 *
 * Pages are listed in reports/web/list.h and called by reports/site/site.c. A page reads one
 * snapshot of the database and changes nothing. It only depends on its request and the database
 * (not on the clock), so the server can cache the reply until the database changes.
 */
#ifndef KDUEL_WEB_PAGE_H
#define KDUEL_WEB_PAGE_H

#include "reports/web/query.h"
#include "reports/web/route.h"
#include "reports/store/read.h"

struct page_caches;
struct published;

#define PAGE_HTML "text/html; charset=utf-8"
#define PAGE_JSON "application/json"
#define PAGE_CSV "text/csv; charset=utf-8; header=present"
#define PAGE_MARKDOWN "text/markdown; charset=utf-8"
#define PAGE_ATOM "application/atom+xml; charset=utf-8"
#define PAGE_TEXT "text/plain; charset=utf-8"

/* Sets of query parameters that several kinds of data accept, for reports/web/list.h. */
#define KEYS_CAMPAIGNS "from kernel limit machine plan search tag to"
#define KEYS_HISTORY "machine metric plan reference source variant workload"
#define KEYS_ROWS "all basis metric only primary sort workload"

struct page_request {
	const char *path; /* as in the URL: percent-encoded, starting with "/", without the query */
	const struct query *query; /* never NULL */
	/* Written by `kduel export site`: links need ".html", and nothing is dynamic. */
	bool static_site;
	const char *root; /* prefix of links to other pages: "/", "../" and the like */
	/* The CSRF secret that forms must send as "csrf"; NULL: editing is not allowed. */
	const char *csrf;
	bool may_login; /* editing can be enabled at /login */
	/* Caches shared between pages, and the state counter of the database; NULL: no caches. */
	struct page_caches *caches;
	uint64_t state;
	const char *commit_url; /* URL of a commit's page, with "{}" for its ID; NULL: none */
	const struct published *published; /* figures published by others; may be NULL */
	struct route_args args; /* set by site__render(): the values of the pattern's ":" parts */
};

/* Initialized with status 200 and PAGE_HTML before the page function is called. */
struct page_reply {
	int status; /* HTTP status */
	const char *type; /* content type; not owned */
	char *body; /* owned by the caller; NUL-terminated */
	size_t len;
	char *filename; /* owned; suggested name for saving; NULL: display it */
	bool forever; /* the URL changes with the content: browsers may cache it forever */
	unsigned int again_s; /* not ready yet: browsers retry after so many seconds; 0: no retry */
};

/* Writes the page to `out`; the output is discarded if it fails. An error becomes a page: -ENOENT:
 * 404; -EINVAL, -E2BIG: 400; -EBUSY, -EIO, -ENOSPC, -ENOMEDIUM (no database), -EINPROGRESS (will be
 * ready later) and the like: 503. */
typedef int page_fn(struct store *st, const struct page_request *req, FILE *out,
		    struct page_reply *reply, struct err *err);

#define X(name, pattern) page_fn page_##name;
#define X_PLAIN(name, pattern) page_fn page_##name;
#define X_DATA(name, pattern, keys) page_fn page_##name;
#include "reports/web/list.h"
#undef X_DATA
#undef X_PLAIN
#undef X

/* A page with just a message: HTML, or JSON below /api/. */
void page__say(const struct page_request *req, int status, const char *message,
	       struct page_reply *reply);
/* The page of a server without a database, with advice. 503. */
void page__no_database(const struct page_request *req, struct page_reply *reply);
/* Initialize a reply (200, HTML) and return the stream for its body, which the caller closes; never
 * NULL. */
FILE *page_reply__begin(struct page_reply *reply);
void page_reply__release(struct page_reply *reply);

/* The HTTP status for a -errno. */
int page__status(int ret);

#endif
