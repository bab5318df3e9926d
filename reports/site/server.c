// SPDX-License-Identifier: GPL-2.0-only
/* server.c - libmicrohttpd: its callbacks, start and stop. */
#include "reports/site/server.h"
#include "reports/site/answer.h"
#include "reports/site/deadlines.h"
#include "reports/site/send.h"
#include "reports/site/workers.h"

#include <unistd.h>

/* Called first for a request, with the URL before MHD decodes it. */
static void *on_url(void *cls, const char *url, struct MHD_Connection *con)
{
	struct http_request *r = xcalloc(1, sizeof(*r));

	r->h = cls;
	r->con = con;
	r->url = xstrdup(url);
	return r;
}

/* What on_connection() stored for the connection of a request. */
static struct watched *watched_of(struct MHD_Connection *con)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(con, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/* A request is over, answered or not. The next one on the same connection gets the time that a new
 * connection does. */
static void on_done(void *cls, struct MHD_Connection *con, void **req,
		    enum MHD_RequestTerminationCode why __unused)
{
	struct http_request *r = *req;
	struct http *h = cls;

	http_watch__extend(h->watch, watched_of(con), HTTP_REQUEST_S);
	*req = NULL;
	if (!r)
		return;
	http_page__unref(r->page);
	free(r->url);
	free(r->body);
	free(r);
}

/* A connection begins or ends; *ctx is what MHD_CONNECTION_INFO_SOCKET_CONTEXT returns for it. */
static void on_connection(void *cls, struct MHD_Connection *con, void **ctx,
			  enum MHD_ConnectionNotificationCode what)
{
	struct http *h = cls;
	const union MHD_ConnectionInfo *info;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		http_watch__remove(h->watch, *ctx);
		return;
	}
	info = MHD_get_connection_info(con, MHD_CONNECTION_INFO_CONNECTION_FD);
	*ctx = http_watch__add(h->watch, info->connect_fd, HTTP_REQUEST_S);
}

/* Take in a part of a POST's body; false: too much. */
static bool take_body(struct http_request *r, const char *data, size_t len)
{
	if (len > HTTP_MAX_BODY - r->body_len)
		return false;
	r->body = xrealloc(r->body, r->body_len + len + 1, 1);
	memcpy(r->body + r->body_len, data, len);
	r->body_len += len;
	r->body[r->body_len] = '\0';
	return true;
}

/* Called with the header, then once for each part of the body, then with *len of 0. An answer may
 * be queued only in the first and the last call; in between, MHD_NO ends the connection. */
static enum MHD_Result on_post(struct http_request *r, const char *data, size_t *len)
{
	const char *length = http_send__header(r, MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (!r->seen) {
		r->seen = true;
		if (!length || strtoull(length, NULL, 10) > HTTP_MAX_BODY)
			return http_answer__message(r, MHD_HTTP_CONTENT_TOO_LARGE,
						    "the form is too large");
		return MHD_YES;
	}
	if (*len) {
		bool fits = take_body(r, data, *len);

		*len = 0;
		return fits ? MHD_YES : MHD_NO;
	}
	return http_answer__post(r);
}

/* libmicrohttpd calls this once with the header, then with each part of a body, and once more at
 * its end. on_url() has made *req. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *con, const char *url __unused,
				  const char *method, const char *version __unused,
				  const char *data, size_t *len, void **req)
{
	struct http_request *r = *req;
	struct http *h = cls;

	/* Once: parts of a body that come in one by one earn no more time. */
	if (!r->seen)
		http_watch__extend(h->watch, watched_of(con), h->opts.answer_s);
	if (!http_send__known_host(r))
		return http_answer__message(r, MHD_HTTP_MISDIRECTED_REQUEST,
					    "this server does not answer to that host name: see "
					    "kduel serve --host");
	if (streq(method, MHD_HTTP_METHOD_GET) || streq(method, MHD_HTTP_METHOD_HEAD)) {
		if (r->seen)
			return http_answer__get(r);
		r->seen = true; /* the whole header has come with the next call */
		return MHD_YES;
	}
	if (streq(method, MHD_HTTP_METHOD_POST))
		return on_post(r, data, len);
	return http_answer__message(r, MHD_HTTP_METHOD_NOT_ALLOWED,
				    "use GET or HEAD to read a page");
}

/* As many as there are processors, within 4 to 16: these threads serve sockets and never make a
 * page. */
static unsigned int n_threads(const struct http_opts *opts)
{
	long n = opts->threads ? opts->threads : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 4 && !opts->threads ? 4 : n > 16 ? 16 : (unsigned int)n;
}

/* STRICT_FOR_CLIENT refuses malformed requests rather than guessing what they mean. */
static struct MHD_Daemon *start_daemon(struct http *h)
{
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
				NULL, on_request, h, MHD_OPTION_LISTEN_SOCKET, h->opts.listen_fd,
				MHD_OPTION_THREAD_POOL_SIZE, n_threads(&h->opts),
				MHD_OPTION_CONNECTION_LIMIT, (unsigned int)HTTP_MAX_CONNECTIONS,
				MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)HTTP_IDLE_S,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MAX_HEADER,
				MHD_OPTION_URI_LOG_CALLBACK, on_url, h, MHD_OPTION_NOTIFY_COMPLETED,
				on_done, h, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
				MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

/* From here on the descriptor belongs to the server, also if it does not start. */
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
	h->sessions = opts->token ? sessions__new(opts->token) : NULL;
	ret = http_watch__start(&h->watch);
	if (!ret)
		ret = http_workers__start(http_answer__make, http_answer__refuse, &h->workers);
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

/* The order matters: workers resume suspended connections, the daemon's threads use watch, cache
 * and pool. */
void http__stop(struct http *h)
{
	if (!h)
		return;
	http_workers__stop(h->workers); /* MHD cannot stop while a connection is suspended */
	if (h->daemon)
		MHD_stop_daemon(h->daemon); /* closes the socket and waits for its threads */
	http_watch__stop(h->watch);
	http_workers__free(h->workers);
	http_cache__release(&h->cache);
	page_caches__release(&h->caches);
	http_pool__release(&h->pool);
	sessions__free(h->sessions);
	http_log__release(&h->log);
	free(h);
}
