/* SPDX-License-Identifier: GPL-2.0-only */
/* send.h - request headers in, responses out. */
#ifndef KDUEL_SITE_SEND_H
#define KDUEL_SITE_SEND_H

#include "reports/site/request.h"

/* A header of the request, or NULL. */
const char *http_send__header(const struct http_request *r, const char *name);
/* HOST:PORT that the request is for: of its target, else of its "Host" header; NULL: it has none. */
const char *http_send__host(const struct http_request *r);
/* Is HOST or HOST:PORT this server: an address, this machine, a name that was given? */
bool http_send__is_ours(const struct http_request *r, const char *host);
/* Does the request name this server? */
bool http_send__known_host(const struct http_request *r);
/* Is the header small enough for MHD to answer? If not, http_send__too_long() answers (414 or 431)
 * and ends the connection. */
bool http_send__has_room(const struct http_request *r);
enum MHD_Result http_send__too_long(struct http_request *r);
/* Queue a page as the response; consumes the caller's reference. `private`: not to be stored by
 * any cache, nor revalidated. */
enum MHD_Result http_send__page(struct http_request *r, struct http_page *page, bool private);
/* Redirect the browser (303 after a form, 308) to a path below the root, and set a cookie unless it
 * is NULL. */
enum MHD_Result http_send__redirect(struct http_request *r, unsigned int status, const char *path,
				    const char *cookie);

#endif
