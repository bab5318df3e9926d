// SPDX-License-Identifier: GPL-2.0-only
/* send.c - sends answers with their headers, and checks which names are the server's. */
#include "reports/site/send.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

/* Scripts, styles and connections only from this server, and no framing by other sites.
 * Referrer-Policy is "same-origin" rather than "no-referrer", so that browsers send the origin of a
 * form. */
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

const char *http_send__host(const struct http_request *r)
{
	return r->authority ? r->authority : http_send__header(r, MHD_HTTP_HEADER_HOST);
}

/* The name in a "Host" header without the port, and without the brackets of an IPv6 address. The
 * caller frees. */
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

/* Protect against DNS rebinding: another site can make its own name resolve to this address, so
 * that the browser takes this server for the same origin and lets the site read it. That does not
 * work with addresses or with our own names. */
bool http_send__known_host(const struct http_request *r)
{
	const char *host = http_send__host(r);

	return !host || http_send__is_ours(r, host); /* NULL: HTTP/1.0; browsers always send it */
}

bool http_send__is_ours(const struct http_request *r, const char *host)
{
	const struct strvec *hosts = r->h->opts.hosts;
	_free_ char *name = name_of(host);
	char own[256] = "";

	if (is_address(name) || strcasecmp(name, "localhost") == 0)
		return true;
	gethostname(own, sizeof(own) - 1);
	if (strcasecmp(name, own) == 0)
		return true;
	for (size_t i = 0; hosts && i < hosts->n; i++) {
		_free_ char *given = name_of(hosts->v[i]);

		if (strcasecmp(name, given) == 0)
			return true;
	}
	return false;
}

bool http_send__has_room(const struct http_request *r)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(r->con, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	int fields = MHD_get_connection_values(r->con, MHD_HEADER_KIND | MHD_COOKIE_KIND, NULL,
					       NULL);

	return info->header_size <= HTTP_MAX_HEADER && fields <= HTTP_MAX_FIELDS;
}

/* MHD may lack the memory for a response of its own and would just close the connection. As nothing
 * has been sent yet, write the whole response to the socket, whose buffer has room for it. */
enum MHD_Result http_send__too_long(struct http_request *r)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(r->con, MHD_CONNECTION_INFO_CONNECTION_FD);
	bool url = strlen(r->url) > HTTP_MAX_HEADER / 2;
	const char *what = url ? "414 URI Too Long" : "431 Request Header Fields Too Large";
	_free_ char *text = xasprintf("HTTP/1.1 %s\r\nContent-Type: text/plain\r\n"
				      "Content-Length: %zu\r\nConnection: close\r\n\r\n%s\n",
				      what, strlen(what) + 1, what);

	if (send(info->connect_fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return MHD_NO; /* the client has gone */
	shutdown(info->connect_fd, SHUT_WR);
	return MHD_NO;
}

/* Headers of every answer. */
static void add_common(struct MHD_Response *resp)
{
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		MHD_add_response_header(resp, headers[i].name, headers[i].value);
}

/* Queue a response and drop our reference; libmicrohttpd keeps its own until it is sent. MHD_NO
 * (out of memory) ends the connection. */
static enum MHD_Result queue(struct http_request *r, unsigned int status, struct MHD_Response *resp)
{
	enum MHD_Result ret;

	if (!resp)
		return MHD_NO;
	ret = MHD_queue_response(r->con, status, resp);
	MHD_destroy_response(resp);
	return ret;
}

/* Can this file name be put between quotes in a header? */
static bool is_plain_name(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || (unsigned char)*s > '~' || *s == '"' || *s == '\\')
			return false;
	return true;
}

/* Caching: pages may be stored but must be revalidated by ETag ("no-cache"); what depends on the
 * session must not be stored. */
static void describe(struct MHD_Response *resp, const struct http_page *page, bool private)
{
	const char *keep = private	       ? "no-store" :
			   page->reply.forever ? "public, max-age=31536000, immutable" :
						 "no-cache";

	MHD_add_response_header(resp, MHD_HTTP_HEADER_CACHE_CONTROL, keep);
	if (!private)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_VARY,
					MHD_HTTP_HEADER_ACCEPT_ENCODING);
	if (page->reply.status == 200 && !private)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_ETAG, page->etag);
}

/* The body is not copied: the response takes ownership. */
static struct MHD_Response *respond(const struct http_page *page, bool private)
{
	const char *file = page->reply.filename;
	struct MHD_Response *resp =
		MHD_create_response_from_buffer_with_free_callback_cls(page->reply.len,
								       page->reply.body, free,
								       page->reply.body);

	if (!resp)
		return NULL;
	add_common(resp);
	MHD_add_response_header(resp, MHD_HTTP_HEADER_CONTENT_TYPE, page->reply.type);
	if (page->coding)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_CONTENT_ENCODING,
					http_coding__name(page->coding));
	if (file && is_plain_name(file)) {
		_free_ char *how = xasprintf("attachment; filename=\"%s\"", file);

		MHD_add_response_header(resp, MHD_HTTP_HEADER_CONTENT_DISPOSITION, how);
	}
	if (page->reply.status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, POST");
	if (page->reply.again_s) {
		_free_ char *seconds = xasprintf("%u", page->reply.again_s);

		MHD_add_response_header(resp, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
		MHD_add_response_header(resp, "Refresh", seconds);
	}
	describe(resp, page, private);
	return resp;
}

/* The response of a page, owned by the page. Sharing it is safe, as a page never changes between
 * private and public: private pages are made for a single request. */
static struct MHD_Response *ready(struct http_page *page, bool private)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct MHD_Response *resp = atomic_load(&page->ready);

	if (resp)
		return resp;
	pthread_mutex_lock(&lock);
	resp = atomic_load(&page->ready);
	if (!resp) {
		resp = respond(page, private);
		atomic_store(&page->ready, resp);
	}
	pthread_mutex_unlock(&lock);
	return resp;
}

/* If-None-Match may be a list, and tags may be weak: strstr() finds our tag in any of these. */
static bool has_it(const struct http_request *r, const struct http_page *page)
{
	const char *have = http_send__header(r, MHD_HTTP_HEADER_IF_NONE_MATCH);

	return have && (streq(have, "*") || strstr(have, page->etag));
}

static enum MHD_Result send_unchanged(struct http_request *r, const struct http_page *page)
{
	struct MHD_Response *resp = MHD_create_response_from_buffer(0, NULL,
								    MHD_RESPMEM_PERSISTENT);

	if (resp) {
		add_common(resp);
		describe(resp, page, false);
	}
	return queue(r, MHD_HTTP_NOT_MODIFIED, resp);
}

enum MHD_Result http_send__page(struct http_request *r, struct http_page *page, bool private)
{
	struct MHD_Response *resp;
	enum MHD_Result ret = MHD_NO;

	if (page->reply.status == 200 && !private && has_it(r, page)) {
		ret = send_unchanged(r, page);
	} else {
		resp = ready(page, private);
		/* Peers may disagree on where such a request ends, so close the connection. The
		 * page is not shared, as it was made for this request. */
		if (resp && r->refused)
			MHD_add_response_header(resp, MHD_HTTP_HEADER_CONNECTION, "close");
		if (resp)
			ret = MHD_queue_response(r->con, (unsigned int)page->reply.status, resp);
	}
	http_page__unref(page);
	return ret;
}

enum MHD_Result http_send__redirect(struct http_request *r, unsigned int status, const char *path,
				    const char *cookie)
{
	_free_ char *where = xasprintf("%s%s", r->h->root, path + 1);
	struct MHD_Response *resp = MHD_create_response_from_buffer(0, NULL,
								    MHD_RESPMEM_PERSISTENT);

	if (resp)
		add_common(resp);
	if (resp)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_LOCATION, where);
	if (resp && cookie)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_SET_COOKIE, cookie);
	if (resp)
		MHD_add_response_header(resp, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	return queue(r, status, resp);
}
