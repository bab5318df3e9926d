// SPDX-License-Identifier: GPL-2.0-only
/* server.c - the libmicrohttpd daemon: callbacks, start and stop. */
#include "reports/site/server.h"
#include "reports/site/answer.h"
#include "reports/site/deadlines.h"
#include "reports/site/form.h"
#include "reports/site/send.h"
#include "reports/site/site.h"
#include "reports/site/workers.h"

#include <ctype.h>
#include <unistd.h>

/* MHD's memory per connection: the header, a record per header field, a copy of the cookies, and
 * the header of the response. */
#define CONNECTION_BYTES (4 * HTTP_MAX_HEADER)
#define TOO_LARGE "the form is too large"

/* Strip "http://HOST:PORT" from an absolute target, which proxies may send to any server (RFC 9112,
 * 3.2.2). */
static const char *take_authority(struct http_request *r, const char *url)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
		size_t n = strlen(schemes[i]), len;

		if (strncasecmp(url, schemes[i], n) != 0)
			continue;
		url += n;
		len = strcspn(url, "/?");
		r->authority = xstrndup(url, len);
		return url + len;
	}
	return url;
}

/* Called first for each request, with the URL before MHD decodes it. The prefix of all paths may be
 * missing, as some proxies remove it. */
static void *on_url(void *cls, const char *url, struct MHD_Connection *con)
{
	struct http_request *r = xcalloc(1, sizeof(*r));
	char *query = strchr(url, '?');
	const char *path;
	size_t n;

	r->h = cls;
	r->con = con;
	path = take_authority(r, url);
	n = strlen(r->h->root) - 1;
	if (strncmp(path, r->h->root, n) == 0 && (!path[n] || path[n] == '/' || path[n] == '?')) {
		path += n;
		r->above = n && *path != '/';
	}
	r->url = xasprintf("%s%s", *path == '/' || (*path && *path != '?') ? "" : "/", path);
	/* MHD would now make a record of each query value, and a few hundred would leave it no
	 * memory to respond. Cut off the query: we parse our own copy. */
	if (query)
		query[0] = query[query[1] != '\0'] = '\0';
	return r;
}

/* The context that on_connection() stored for the connection. */
static struct watched *watched_of(struct MHD_Connection *con)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(con, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/* A request is finished, whether or not it was answered. The next one on the connection gets the
 * same deadline as on a new connection. */
static void on_done(void *cls, struct MHD_Connection *con, void **req,
		    enum MHD_RequestTerminationCode why __unused)
{
	struct http_request *r = *req;
	struct http *h = cls;

	http_watch__extend(h->watch, watched_of(con), HTTP_REQUEST_S, false);
	*req = NULL;
	if (!r)
		return;
	http_page__unref(r->page);
	free(r->url);
	free(r->authority);
	free(r->redirect);
	free(r->body);
	free(r);
}

/* A connection begins or ends; *ctx is returned as MHD_CONNECTION_INFO_SOCKET_CONTEXT later. */
static void on_connection(void *cls, struct MHD_Connection *con, void **ctx,
			  enum MHD_ConnectionNotificationCode what)
{
	struct http *h = cls;
	const union MHD_ConnectionInfo *info, *from;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		http_watch__remove(h->watch, *ctx);
		return;
	}
	info = MHD_get_connection_info(con, MHD_CONNECTION_INFO_CONNECTION_FD);
	from = MHD_get_connection_info(con, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	*ctx = http_watch__add(h->watch, info->connect_fd, from ? from->client_addr : NULL,
			       HTTP_REQUEST_S);
}

/* Append a part of the body. That of a GET has no meaning and is only counted. */
static void take_body(struct http_request *r, const char *data, size_t len)
{
	if (r->too_long || len > HTTP_MAX_BODY - r->body_len) {
		r->too_long = true;
		return;
	}
	if (r->post) {
		r->body = xrealloc(r->body, r->body_len + len + 1, 1);
		memcpy(r->body + r->body_len, data, len);
		r->body[r->body_len + len] = '\0';
	}
	r->body_len += len;
}

/* Counts of header fields that must not be repeated. */
struct fields {
	unsigned int hosts, lengths, encodings;
	bool odd; /* some field name is invalid */
};

/* "token" of RFC 9110, 5.6.2. */
static bool is_name(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (*s <= ' ' || *s >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", *s))
			return false;
	return true;
}

static enum MHD_Result count_field(void *cls, enum MHD_ValueKind kind __unused, const char *name,
				   const char *value __unused)
{
	struct fields *f = cls;

	f->odd = f->odd || !is_name(name);
	f->hosts += !strcasecmp(name, MHD_HTTP_HEADER_HOST);
	f->lengths += !strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH);
	f->encodings += !strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING);
	return MHD_YES;
}

/* What is wrong with the header, or NULL. If fields contradict each other, a proxy in front of us
 * may interpret them differently (request smuggling). */
static const char *fault(const struct http_request *r)
{
	struct fields f = { 0 };

	MHD_get_connection_values(r->con, MHD_HEADER_KIND, count_field, &f);
	/* Some accept "Content-Length : 5" as a length; others, including us, see a different
	 * field. */
	if (f.odd)
		return "the name of a header field has an invalid character";
	if (f.hosts > 1)
		return "a request has one Host header";
	if (f.lengths > 1)
		return "a request has one Content-Length header";
	/* HTTP/1.0 has no Transfer-Encoding: a proxy may have forwarded it without interpreting
	 * it. */
	if (f.encodings > 1 || (f.encodings && (f.lengths || r->old)))
		return "expected Content-Length or Transfer-Encoding, once";
	return NULL;
}

/* Refuse a request, but only after its body was received: a client that is still sending does not
 * read. */
static void refuse(struct http_request *r, unsigned int status, const char *why)
{
	r->refused = status;
	r->why = why;
}

/* The header has been received. */
static enum MHD_Result begin(struct http_request *r, const char *method)
{
	const char *length, *coding, *wrong, *accept;

	if (!http_send__has_room(r))
		return http_send__too_long(r);
	length = http_send__header(r, MHD_HTTP_HEADER_CONTENT_LENGTH);
	coding = http_send__header(r, MHD_HTTP_HEADER_TRANSFER_ENCODING);
	accept = http_send__header(r, MHD_HTTP_HEADER_ACCEPT);
	r->browser = accept && strstr(accept, "text/html");
	r->post = streq(method, MHD_HTTP_METHOD_POST);
	wrong = fault(r);
	if (wrong)
		refuse(r, MHD_HTTP_BAD_REQUEST, wrong);
	else if (!http_send__known_host(r))
		refuse(r, MHD_HTTP_MISDIRECTED_REQUEST,
		       "this server does not answer to that host name: see kduel serve --host");
	else if (!r->post && !streq(method, MHD_HTTP_METHOD_GET) &&
		 !streq(method, MHD_HTTP_METHOD_HEAD))
		refuse(r, MHD_HTTP_METHOD_NOT_ALLOWED, "use GET or HEAD to read a page");
	/* Do not wait for the body if its end is unknown or it is too long. */
	if (coding && strcasecmp(coding, "chunked") != 0)
		return http_answer__message(r, MHD_HTTP_BAD_REQUEST,
					    "expected Transfer-Encoding: chunked");
	if (length && strtoull(length, NULL, 10) > HTTP_MAX_BODY)
		return http_answer__message(r, MHD_HTTP_CONTENT_TOO_LARGE, TOO_LARGE);
	return MHD_YES;
}

/* libmicrohttpd calls this once with the header, then with each part of the body, and with *len ==
 * 0 at its end: twice if a worker makes the answer. *req was made by on_url(). */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *con, const char *url __unused,
				  const char *method, const char *version, const char *data,
				  size_t *len, void **req)
{
	struct http_request *r = *req;
	struct http *h = cls;

	if (!r->seen) {
		r->seen = true;
		r->old = streq(version, MHD_HTTP_VERSION_1_0);
		/* Only once: sending the body in many parts must not extend the deadline. */
		http_watch__extend(h->watch, watched_of(con), h->opts.answer_s, true);
		return begin(r, method);
	}
	if (*len) {
		take_body(r, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (r->refused)
		return http_answer__message(r, r->refused, r->why);
	if (r->too_long)
		return http_answer__message(r, MHD_HTTP_CONTENT_TOO_LARGE, TOO_LARGE);
	return r->post ? http_form__answer(r) : http_answer__get(r);
}

/* One per processor, but 4 to 16: these threads only serve sockets and do not make pages. */
static unsigned int n_threads(const struct http_opts *opts)
{
	long n = opts->threads ? opts->threads : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 4 && !opts->threads ? 4 : n > 16 ? 16 : (unsigned int)n;
}

/* STRICT_FOR_CLIENT rejects malformed requests instead of guessing what they mean. */
static struct MHD_Daemon *start_daemon(struct http *h)
{
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
				NULL, on_request, h, MHD_OPTION_LISTEN_SOCKET, h->opts.listen_fd,
				MHD_OPTION_THREAD_POOL_SIZE, n_threads(&h->opts),
				MHD_OPTION_CONNECTION_LIMIT, (unsigned int)HTTP_MAX_CONNECTIONS,
				MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)HTTP_IDLE_S,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
				MHD_OPTION_URI_LOG_CALLBACK, on_url, h, MHD_OPTION_NOTIFY_COMPLETED,
				on_done, h, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
				MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

int http__base(const char *text, char **base, struct err *err)
{
	size_t n = strlen(text);
	bool good = *text == '/' || !n;

	*base = NULL;
	while (n && text[n - 1] == '/')
		n--;
	for (size_t i = 0; i < n; i++) {
		bool dots = text[i] == '/' && (text[i + 1] == '/' || text[i + 1] == '.');

		good = good && !dots &&
		       (isalnum((unsigned char)text[i]) || strchr("/-._~", text[i]));
	}
	if (!good)
		return err__set(err, -EINVAL,
				"\"%s\" is not a prefix of a path: expected letters, digits and -._~ "
				"after a slash, such as /kduel",
				text);
	*base = xstrndup(text, n);
	if (!site__is_free(*base))
		return err__set(err, -EINVAL,
				"--base %s: a page of the dashboard already has that address",
				*base);
	return 0;
}

/* With millions of values, reading the whole history takes seconds: start now, so that the first
 * page finds it in the cache or waits for less. Errors are ignored, as that page will run into them
 * as well and report them. */
static void *read_history(void *arg)
{
	const struct history_filter everything = { 0 };
	struct history *all = NULL;
	struct http_store s = { 0 };
	struct http *h = arg;
	struct err err;
	uint64_t state;

	if (http_pool__state(&h->pool, &state, &err) || http_pool__take(&h->pool, &s, &err))
		return NULL;
	if (!history_cache__get(&h->caches.histories, state, s.st, &everything, &all, &err))
		history__free(all);
	http_pool__give(&h->pool, &s, !all);
	return NULL;
}

/* The descriptor belongs to the server from here on, even if it fails to start. */
int http__start(const struct http_opts *opts, struct http **out, struct err *err)
{
	struct http *h = xcalloc(1, sizeof(*h));
	int ret;

	h->opts = *opts;
	h->opts.answer_s = opts->answer_s ? opts->answer_s : HTTP_ANSWER_S;
	http_log__init(&h->log, opts->log);
	http_pool__init(&h->pool, opts->db);
	http_cache__init(&h->cache, HTTP_CACHE_BYTES);
	page_caches__init(&h->caches);
	h->root = xasprintf("%s/", opts->base ? opts->base : "");
	h->sessions = opts->token ? sessions__new(opts->token) : NULL;
	ret = http_watch__start(HTTP_MANY_CONNECTIONS, &h->watch);
	if (!ret)
		ret = http_workers__start(http_workers__for_pages(), HTTP_MAX_CONNECTIONS,
					  http_answer__make, http_answer__refuse, &h->workers);
	if (!ret)
		ret = http_workers__start(1, HTTP_MAX_EDITS, http_form__apply, http_answer__refuse,
					  &h->writer);
	h->reading = !ret && pthread_create(&h->reader, NULL, read_history, h) == 0;
	errno = 0;
	h->daemon = ret ? NULL : start_daemon(h);
	*out = h;
	if (h->daemon)
		return 0;
	ret = ret ? ret : errno ? -errno : -EIO;
	close(opts->listen_fd);
	http__stop(h);
	*out = NULL;
	return err__set(err, ret, "cannot start the server: %s", strerror(-ret));
}

/* The order matters: workers resume suspended connections, and the daemon's threads use watch,
 * cache and pool. */
void http__stop(struct http *h)
{
	if (!h)
		return;
	page_caches__stop(&h->caches);
	if (h->reading)
		pthread_join(h->reader, NULL);
	/* MHD cannot stop while connections are suspended. */
	http_workers__stop(h->workers);
	http_workers__stop(h->writer);
	if (h->daemon)
		MHD_stop_daemon(h->daemon); /* closes the socket and waits for its threads */
	http_watch__stop(h->watch);
	http_workers__free(h->workers);
	http_workers__free(h->writer);
	http_cache__release(&h->cache);
	page_caches__release(&h->caches);
	http_pool__release(&h->pool);
	sessions__free(h->sessions);
	http_log__release(&h->log);
	free(h->root);
	free(h);
}
