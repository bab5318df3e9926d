// SPDX-License-Identifier: GPL-2.0-only
/* send.c - from an answer to the wire: headers, names of the server. */
#include "reports/site/send.h"

#include <arpa/inet.h>
#include <unistd.h>

/* Nothing but our own files runs, is shown or is asked; nobody frames us. "same-origin", not
 * "no-referrer", so that a browser says where a form comes from. */
static const struct {
	const char *name, *value;
} headers[] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
	  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
};

const char *http_send__header(const struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->con, MHD_HEADER_KIND, name);
}

/* The name of a "Host" header without its port; "[...]" of an IPv6 address is dropped. The caller
 * frees. */
static char *name_of(const char *host)
{
	const char *close = *host == '[' ? strchr(host, ']') : NULL;

	return close ? xstrndup(host + 1, (size_t)(close - host - 1)) :
		       xstrndup(host, strcspn(host, ":"));
}

static bool is_address(const char *name)
{
	struct in6_addr addr;

	return inet_pton(AF_INET, name, &addr) == 1 || inet_pton(AF_INET6, name, &addr) == 1;
}

/* DNS rebinding: a page of another site can make its own name resolve to this address and then read
 * what is here, which the browser takes for the same origin. It cannot do that to an address or to
 * a name that is ours. */
bool http_send__known_host(const struct http_request *r)
{
	const struct strvec *hosts = r->h->opts.hosts;
	const char *host = http_send__header(r, MHD_HTTP_HEADER_HOST);
	_free_ char *name = host ? name_of(host) : NULL;
	char own[256] = "";

	if (!host) /* HTTP/1.0; browsers always send it */
		return true;
	gethostname(own, sizeof(own) - 1);
	if (is_address(name) || strcasecmp(name, "localhost") == 0 || strcasecmp(name, own) == 0)
		return true;
	for (size_t i = 0; hosts && i < hosts->n; i++)
		if (strcasecmp(name, hosts->v[i]) == 0)
			return true;
	return false;
}

/* Queue a response and give it up: libmicrohttpd keeps it until it is sent. MHD_NO (no memory) ends
 * the connection. */
static enum MHD_Result queue(struct http_request *r, unsigned int status, struct MHD_Response *resp)
{
	enum MHD_Result ret;

	if (!resp)
		return MHD_NO;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		MHD_add_response_header(resp, headers[i].name, headers[i].value);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, POST");
	ret = MHD_queue_response(r->con, status, resp);
	MHD_destroy_response(resp);
	return ret;
}

/* Called by libmicrohttpd when the body has been sent. */
static void unref(void *page)
{
	http_page__unref(page);
}

/* A name that fits into a header between quotes. */
static bool is_plain_name(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || (unsigned char)*s > '~' || *s == '"' || *s == '\\')
			return false;
	return true;
}

/* Caching: pages may be kept, but are asked for again with their ETag each time ("no-cache"); what
 * depends on the session is kept nowhere. */
static void describe(struct MHD_Response *resp, const struct http_page *page, bool private)
{
	const char *keep = private	       ? "no-store" :
			   page->reply.forever ? "public, max-age=31536000, immutable" :
						 "no-cache";

	MHD_add_response_header(resp, MHD_HTTP_HEADER_CACHE_CONTROL, keep);
	if (page->reply.status == 200 && !private)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_ETAG, page->etag);
}

/* A response that points into the page and holds a reference to it until it is sent: bodies are not
 * copied. Consumes the caller's reference. */
static struct MHD_Response *respond(struct http_page *page)
{
	const char *file = page->reply.filename;
	struct MHD_Response *resp =
		MHD_create_response_from_buffer_with_free_callback_cls(page->reply.len,
								       page->reply.body, unref,
								       page);

	if (!resp) {
		http_page__unref(page);
		return NULL;
	}
	MHD_add_response_header(resp, MHD_HTTP_HEADER_CONTENT_TYPE, page->reply.type);
	if (file && is_plain_name(file)) {
		_free_ char *how = xasprintf("attachment; filename=\"%s\"", file);

		MHD_add_response_header(resp, MHD_HTTP_HEADER_CONTENT_DISPOSITION, how);
	}
	return resp;
}

/* If-None-Match may have a list of tags, or weak ones: strstr() finds ours in any of them. */
enum MHD_Result http_send__page(struct http_request *r, struct http_page *page, bool private)
{
	const char *have = http_send__header(r, MHD_HTTP_HEADER_IF_NONE_MATCH);
	unsigned int status = (unsigned int)page->reply.status;
	struct MHD_Response *resp;

	http_page__ref(page); /* ours, beyond that of the response */
	if (status == 200 && !private && have && strstr(have, page->etag)) {
		status = MHD_HTTP_NOT_MODIFIED;
		resp = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
		http_page__unref(page);
	} else {
		resp = respond(page);
	}
	if (resp)
		describe(resp, page, private);
	http_page__unref(page);
	return queue(r, status, resp);
}

enum MHD_Result http_send__redirect(struct http_request *r, const char *where, const char *cookie)
{
	struct MHD_Response *resp = MHD_create_response_from_buffer(0, NULL,
								    MHD_RESPMEM_PERSISTENT);

	if (resp)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_LOCATION, where);
	if (resp && cookie)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_SET_COOKIE, cookie);
	if (resp)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	return queue(r, MHD_HTTP_SEE_OTHER, resp);
}
