// SPDX-License-Identifier: GPL-2.0-only
/* Time limits of the server that a test from outside would have to wait minutes for. */
/* run.sh: deadlines */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lib/clock.h"
#include "reports/site/server.h"

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

/* Seconds until the other side ends a request of which a byte comes five times a second. */
static double endure(int fd, const char *head)
{
	uint64_t begin = clock__ns();
	struct timespec nap = { .tv_nsec = 200 * 1000 * 1000 };
	char c;

	assert_int_equal(send(fd, head, strlen(head), MSG_NOSIGNAL), strlen(head));
	for (int i = 0; i < 60 && send(fd, "a", 1, MSG_NOSIGNAL) == 1; i++) {
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
	assert_true(took > 0.5 && took < 10);
	close(fd);
	http__stop(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_form_that_trickles_in),
	};

	return cmocka_run_group_tests_name("reports/http", tests, NULL, NULL);
}
