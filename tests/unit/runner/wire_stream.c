// SPDX-License-Identifier: GPL-2.0-only
/* Messages over descriptors: fragments, floods, timeouts, end of the stream. */
/* run.sh: deadlines */
#include "runner/wire/wire.h"

#include "lib/clock.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void pair(int sv[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), 0);
}

/* A login shell's output before the agent's may look like messages, and need not end with a newline. */
static void test_greeting(void **state __unused)
{
	static const char text[] = "Welcome\a!\n{\"t\":\"bye\"}\nno newline herehello-1\n"
				   "{\"t\":\"beat\"}\n";
	static const char *const notes[] = { "not from the agent: Welcome?!",
					     "not from the agent: {\"t\":\"bye\"}" };
	struct wire_msg m;
	struct wire w;
	int sv[2];

	pair(sv);
	wire__init(&w, sv[0]);
	wire__await_greeting(&w, "hello-1");
	assert_int_equal(write(sv[1], text, sizeof(text) - 1), sizeof(text) - 1);
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		assert_int_equal(wire__recv(&w, &m, 0, NULL), 0);
		assert_int_equal(m.type, WIRE_LOG);
		assert_string_equal(m.text, notes[i]);
		wire_msg__release(&m);
	}
	assert_int_equal(wire__recv(&w, &m, 0, NULL), 0);
	assert_int_equal(m.type, WIRE_BEAT);
	wire_msg__release(&m);
	wire__release(&w);
	close(sv[0]);
	close(sv[1]);
}

static void test_recv_in_pieces(void **state __unused)
{
	static const char text[] = "{\"t\":\"beat\"}\n"
				   "{\"t\":\"log\",\"text\":\"x\"}\n{\"t\":\"bye\"}\n";
	struct wire_msg m;
	struct wire w;
	int sv[2];

	pair(sv);
	wire__init(&w, sv[0]);
	for (size_t i = 0; i < 12; i++) {
		assert_int_equal(wire__recv(&w, &m, 0, NULL), -ETIMEDOUT);
		assert_int_equal(write(sv[1], text + i, 1), 1);
	}
	assert_int_equal(write(sv[1], text + 12, sizeof(text) - 13), sizeof(text) - 13);
	close(sv[1]);
	static const enum wire_type expected[] = { WIRE_BEAT, WIRE_LOG, WIRE_BYE };
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(wire__recv(&w, &m, 0, NULL), 0);
		assert_int_equal(m.type, expected[i]);
		wire_msg__release(&m);
	}
	assert_int_equal(wire__recv(&w, &m, -1, NULL), -ECONNRESET);
	wire__release(&w);
	close(sv[0]);
}

/* A message is forwarded byte for byte: with its blanks, order of members and format of numbers. */
static void test_forward(void **state __unused)
{
	static const char line[] = "{ \"text\":\"x\",\"t\" : \"log\" }\n",
			  rest[] = "{\"t\":\"beat\"}\n";
	struct wire in, out;
	struct wire_msg m;
	int a[2], b[2];
	char got[128];

	pair(a);
	pair(b);
	wire__init(&in, a[0]);
	wire__init(&out, b[0]);
	assert_int_equal(wire__forward(&out, &in, 0), -EINVAL); /* nothing was received yet */
	assert_int_equal(write(a[1], line, sizeof(line) - 1), sizeof(line) - 1);
	assert_int_equal(write(a[1], rest, 5), 5);
	assert_int_equal(wire__recv(&in, &m, 1000, NULL), 0);
	assert_string_equal(m.text, "x");
	wire_msg__release(&m);
	assert_int_equal(wire__forward(&out, &in, 1000), 0);
	assert_int_equal(read(b[1], got, sizeof(got)), sizeof(line) - 1);
	assert_memory_equal(got, line, sizeof(line) - 1);
	/* Data that was read ahead is neither forwarded nor lost. */
	assert_int_equal(write(a[1], rest + 5, sizeof(rest) - 6), sizeof(rest) - 6);
	assert_int_equal(wire__recv(&in, &m, 1000, NULL), 0);
	assert_int_equal(m.type, WIRE_BEAT);
	wire_msg__release(&m);
	assert_int_equal(recv(b[1], got, sizeof(got), MSG_DONTWAIT), -1);
	wire__release(&in);
	wire__release(&out);
	for (int i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
	}
}

/* Reading a growing file waits at its end, even in the middle of a line. */
static void test_follow(void **state __unused)
{
	char path[] = "/tmp/kduel-follow-XXXXXX";
	int out = mkstemp(path), in = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t begin = clock__ns();
	struct wire_msg m;
	struct wire w;

	assert_true(out >= 0 && in >= 0);
	wire__follow(&w, in);
	assert_int_equal(wire__recv(&w, &m, 30, NULL), -ETIMEDOUT);
	assert_true(clock__ns() - begin >= 30 * NSEC_PER_MSEC);
	assert_int_equal(write(out, "{\"t\":", 5), 5);
	assert_int_equal(wire__recv(&w, &m, 0, NULL), -ETIMEDOUT);
	assert_int_equal(write(out, "\"beat\"}\n{\"t\":\"bye\"}\n{", 22), 22);
	assert_int_equal(wire__recv(&w, &m, 0, NULL), 0);
	assert_int_equal(m.type, WIRE_BEAT);
	wire_msg__release(&m);
	assert_int_equal(wire__recv(&w, &m, 1000, NULL), 0);
	assert_int_equal(m.type, WIRE_BYE);
	wire_msg__release(&m);
	assert_int_equal(wire__recv(&w, &m, 0, NULL), -ETIMEDOUT);
	wire__release(&w);
	close(in);
	close(out);
	unlink(path);
}

static void *flood(void *arg)
{
	_free_ char *junk = xcalloc(2, WIRE_LINE_MAX);

	memset(junk, 'j', 2 * WIRE_LINE_MAX);
	for (size_t at = 0; at < 2 * WIRE_LINE_MAX;) {
		ssize_t n = send(*(int *)arg, junk + at, 2 * WIRE_LINE_MAX - at, MSG_NOSIGNAL);

		if (n <= 0)
			break;
		at += (size_t)n;
	}
	return NULL;
}

static void test_endless_line(void **state __unused)
{
	struct err err = { "" };
	struct wire_msg m;
	struct wire w;
	pthread_t t;
	int sv[2];

	pair(sv);
	wire__init(&w, sv[0]);
	assert_int_equal(pthread_create(&t, NULL, flood, &sv[1]), 0);
	assert_int_equal(wire__recv(&w, &m, 5000, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "65536"));
	wire__release(&w);
	close(sv[0]);
	pthread_join(t, NULL);
	close(sv[1]);
}

static void test_send_times_out(void **state __unused)
{
	_free_ char *text = xcalloc(1, WIRE_TEXT_MAX + 1);
	struct wire_msg m = { .type = WIRE_LOG, .text = text };
	uint64_t begin;
	struct wire w;
	int sv[2], rc;

	memset(text, 't', WIRE_TEXT_MAX);
	pair(sv);
	wire__init(&w, sv[0]);
	do {
		begin = clock__ns();
		rc = wire__send(&w, &m, 30);
	} while (!rc);
	assert_int_equal(rc, -ETIMEDOUT);
	assert_true(clock__ns() - begin >= 29 * NSEC_PER_MSEC);
	close(sv[1]);
	assert_int_equal(wire__send(&w, &m, 1000), -EPIPE);
	wire__release(&w);
	close(sv[0]);
}

static void test_over_a_pipe(void **state __unused)
{
	struct wire_msg m = { .type = WIRE_LOG, .text = (char *)"pipe" }, r;
	struct wire out, in;
	int p[2];

	assert_int_equal(pipe(p), 0);
	wire__init(&in, p[0]);
	wire__init(&out, p[1]);
	assert_int_equal(wire__recv(&in, &r, 0, NULL), -ETIMEDOUT);
	assert_int_equal(wire__send(&out, &m, 0), 0);
	assert_int_equal(wire__recv(&in, &r, 0, NULL), 0);
	assert_string_equal(r.text, "pipe");
	wire_msg__release(&r);
	close(p[1]);
	assert_int_equal(wire__recv(&in, &r, 0, NULL), -ECONNRESET);
	wire__release(&in);
	wire__release(&out);
	close(p[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_greeting),     cmocka_unit_test(test_recv_in_pieces),
		cmocka_unit_test(test_forward),	     cmocka_unit_test(test_follow),
		cmocka_unit_test(test_endless_line), cmocka_unit_test(test_send_times_out),
		cmocka_unit_test(test_over_a_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
