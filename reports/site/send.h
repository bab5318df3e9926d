/* SPDX-License-Identifier: GPL-2.0-only */
/* send.h - request headers in, responses out. */
#ifndef KDUEL_SITE_SEND_H
#define KDUEL_SITE_SEND_H

#include "reports/site/request.h"

/* A header of the request, or NULL. */
const char *http_send__header(const struct http_request *r, const char *name);
/* Does the "Host" header name this server? */
bool http_send__known_host(const struct http_request *r);
/* Queue a page as the response; consumes the caller's reference. `private`: not to be stored by
 * any cache, nor revalidated. */
enum MHD_Result http_send__page(struct http_request *r, struct http_page *page, bool private);
/* Redirect the browser (303) and set a cookie unless it is NULL. */
enum MHD_Result http_send__redirect(struct http_request *r, const char *where, const char *cookie);

#endif
