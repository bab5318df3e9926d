// SPDX-License-Identifier: GPL-2.0-only
/* Time limits of the server for which a test from outside would have to wait minutes, and its
 * responses while a long history is being read. */
/* run.sh: deadlines */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/reports/fixture.h"
#include "lib/clock.h"
#include "reports/site/request.h"
#include "tests/unit/patience.h"

#include <arpa/inet.h>
#include <unistd.h>

static int dial(int listening)
{
	struct sockaddr_in sa;
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(getsockname(listening, (struct sockaddr *)&sa, &len), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	return fd;
}

/* The time in seconds until the server ends a request that gets a byte five times a second. */
static double endure(int fd, const char *head)
{
	uint64_t begin = clock__ns();
	struct timespec nap = { .tv_nsec = 200 * 1000 * 1000 };
	char c;

	assert_int_equal(send(fd, head, strlen(head), MSG_NOSIGNAL), strlen(head));
	for (int i = 0; i < WAIT_MS / 200 && send(fd, "a", 1, MSG_NOSIGNAL) == 1; i++) {
		if (recv(fd, &c, 1, MSG_DONTWAIT) == 0)
			break;
		nanosleep(&nap, NULL);
	}
	return (double)(clock__ns() - begin) / 1e9;
}

static void a_form_that_trickles_in(void **state __unused)
{
	struct http_opts opts = { .db = "/nonexistent/k.db", .threads = 1, .answer_s = 1 };
	struct err err = { "" };
	struct http *h;
	double took;
	int fd;

	opts.listen_fd = http__listen("127.0.0.1:0", &err);
	assert_true(opts.listen_fd >= 0);
	fd = dial(opts.listen_fd);
	assert_int_equal(http__start(&opts, &h, &err), 0);
	took = endure(fd, "POST /edit/tag HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n"
			  "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
	assert_true(took > 0.5 && took < WAIT_MS / 1e3);
	close(fd);
	http__stop(h);
}

/* Header and body of the response to a GET; the caller frees. */
static char *fetch(int listening, const char *path)
{
	_free_ char *head = xasprintf("GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
				      "Connection: close\r\n\r\n",
				      path);
	char *text = xcalloc(1, 1 << 16);
	int fd = dial(listening);
	size_t len = 0;
	ssize_t n;

	assert_int_equal(send(fd, head, strlen(head), MSG_NOSIGNAL), strlen(head));
	while (len < (1 << 16) - 1 && (n = recv(fd, text + len, (1 << 16) - 1 - len, 0)) > 0)
		len += (size_t)n;
	close(fd);
	return text;
}

/* Wait until the thread that reads ahead is done. */
static void await_history(struct history_cache *k)
{
	const struct timespec nap = { .tv_nsec = 5 * 1000 * 1000 };
	bool there = false;

	for (int i = 0; i < 6000 && !there; i++) {
		pthread_mutex_lock(&k->lock);
		there = k->all && !k->building;
		pthread_mutex_unlock(&k->lock);
		nanosleep(&nap, NULL);
	}
	assert_true(there);
}

/* The history is read even if nobody asks for a page. While it is read again, pages that need it
 * say so, and tell browsers to reload; other pages are made. */
static void a_history_that_takes_long(void **state)
{
	static const char *const says[] = { "HTTP/1.1 503 ", "\r\nRetry-After: 3\r\n",
					    "\r\nRefresh: 3\r\n", "still being read" };
	struct fixture *f = *state;
	struct http_opts opts = { .db = f->db, .threads = 1 };
	_free_ char *later = NULL, *other = NULL, *then = NULL;
	struct history_cache *k;
	struct http *h;

	opts.listen_fd = http__listen("127.0.0.1:0", &f->err);
	assert_true(opts.listen_fd >= 0);
	assert_int_equal(http__start(&opts, &h, &f->err), 0);
	k = &h->caches.histories;
	await_history(k);
	pthread_mutex_lock(&k->lock);
	k->wait_ms = 20;
	k->building = true;
	pthread_mutex_unlock(&k->lock);
	fixture_campaign(f, 2, 1000);
	later = fetch(opts.listen_fd, "/");
	for (size_t i = 0; i < ARRAY_SIZE(says); i++)
		if (!strstr(later, says[i]))
			fail_msg("no \"%s\" in: %s", says[i], later);
	other = fetch(opts.listen_fd, "/noise");
	assert_true(str_starts(other, "HTTP/1.1 200 "));
	pthread_mutex_lock(&k->lock);
	k->building = false;
	pthread_mutex_unlock(&k->lock);
	then = fetch(opts.listen_fd, "/");
	assert_true(str_starts(then, "HTTP/1.1 200 "));
	assert_null(strstr(then, "Refresh:"));
	http__stop(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_history_that_takes_long, fixture_setup,
						fixture_teardown),
		cmocka_unit_test(a_form_that_trickles_in),
	};

	return cmocka_run_group_tests_name("reports/http", tests, NULL, NULL);
}
