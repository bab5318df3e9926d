/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page.h - what a page is: a function from a request to a reply in HTML, JSON, CSV, Markdown.
 *
 * Pages are listed in reports/web/list.h and called by reports/site/site.c. A page reads one
 * snapshot of the database and changes nothing. It depends on its request and the database alone
 * (no clock), so the server caches its reply until the database changes.
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

/* Names of values in a query that several data have in common, for reports/web/list.h. */
#define KEYS_CAMPAIGNS "from kernel limit machine plan search tag to"
#define KEYS_HISTORY "machine metric plan reference source variant workload"
#define KEYS_ROWS "all basis metric only primary sort workload"

struct page_request {
	const char *path; /* as in the URL, encoded, from "/" on, without the query */
	const struct query *query; /* never NULL */
	bool static_site; /* a file of `kduel export site`: links need ".html", nothing is dynamic */
	const char *root; /* what a link to another page begins with: "/" or "../" and the like */
	/* Token that a form which changes something sends as "csrf"; NULL: nothing may be changed. */
	const char *csrf;
	bool may_login; /* changes can be allowed at /login */
	/* What is cached between pages, and the number of the state of the database; NULL: no cache. */
	struct page_caches *caches;
	uint64_t state;
	const char *commit_url; /* page of a commit, "{}" standing for its id; NULL: there are none */
	const struct published *published; /* figures that others published; may be NULL */
	struct route_args args; /* set by site__render(): what ":" parts of the pattern stood for */
};

/* Filled with 200 and PAGE_HTML before the page is asked. */
struct page_reply {
	int status; /* as in HTTP */
	const char *type; /* of the content; not owned */
	char *body; /* owned by whoever asked; NUL-terminated */
	size_t len;
	char *filename; /* owned: what it is called when it is saved; NULL: shown in place */
	bool forever; /* the URL changes with the content: browsers may cache it for good */
	unsigned int again_s; /* not yet: browsers ask again after so many seconds; 0: they do not */
};

/* A page writes to `out`; what it wrote is dropped when it fails. The error becomes a page:
 * -ENOENT 404; -EINVAL, -E2BIG 400; -EBUSY, -EIO, -ENOSPC, -ENOMEDIUM (no database), -EINPROGRESS (comes
 * by itself) and the like 503. */
typedef int page_fn(struct store *st, const struct page_request *req, FILE *out,
		    struct page_reply *reply, struct err *err);

#define X(name, pattern) page_fn page_##name;
#define X_PLAIN(name, pattern) page_fn page_##name;
#define X_DATA(name, pattern, keys) page_fn page_##name;
#include "reports/web/list.h"
#undef X_DATA
#undef X_PLAIN
#undef X

/* A page with a message and nothing else: HTML, or JSON below /api/. */
void page__say(const struct page_request *req, int status, const char *message,
	       struct page_reply *reply);
/* The page of a server without a database: what to do. 503. */
void page__no_database(const struct page_request *req, struct page_reply *reply);
/* Start an empty reply (200, HTML) and return the stream its body is written to, which the caller
 * closes; never NULL. */
FILE *page_reply__begin(struct page_reply *reply);
void page_reply__release(struct page_reply *reply);

/* The status that fits a -errno. */
int page__status(int ret);

#endif
