/* SPDX-License-Identifier: GPL-2.0-only */
/* send.h - request headers, and responses. */
#ifndef KDUEL_SITE_SEND_H
#define KDUEL_SITE_SEND_H

#include "reports/site/request.h"

/* The value of a request header, or NULL. */
const char *http_send__header(const struct http_request *r, const char *name);
/* HOST:PORT that the request is for: from its target, else from the "Host" header; NULL if it has
 * none. */
const char *http_send__host(const struct http_request *r);
/* Does HOST or HOST:PORT name this server: any IP address, localhost, the host name, or a name from
 * http_opts.hosts? */
bool http_send__is_ours(const struct http_request *r, const char *host);
/* Is the request addressed to this server? True if it names no host. */
bool http_send__known_host(const struct http_request *r);
/* Is the request header small enough for MHD to respond? If not, http_send__too_long() responds
 * (414 or 431) and ends the connection. */
bool http_send__has_room(const struct http_request *r);
enum MHD_Result http_send__too_long(struct http_request *r);
/* Queue a page as the response; consumes the caller's reference. `private`: must not be stored by
 * caches nor revalidated. */
enum MHD_Result http_send__page(struct http_request *r, struct http_page *page, bool private);
/* Redirect to a path below the root (303 after a form, 308), and set a cookie unless it is NULL. */
enum MHD_Result http_send__redirect(struct http_request *r, unsigned int status, const char *path,
				    const char *cookie);

#endif
