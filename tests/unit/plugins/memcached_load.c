// SPDX-License-Identifier: GPL-2.0-only
/*
 * The load generator against a server of our own that misbehaves on request: it stalls, returns
 * wrong data, sends replies in small pieces, or closes the connection.
 */
/* run.sh: deadlines */
#include "lib/clock.h"
#include "tests/unit/patience.h"
#include "tests/unit/valgrind.h"
#include "workloads/memcached/load.h"

#include <arpa/inet.h>
#include <math.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define MAX_CONNS 16
#define STALL_NS (300 * NSEC_PER_MSEC)
#define VALUE_SIZE 64

enum trick {
	HONEST,
	STALL_ONCE,
	WRONG_KEY,
	SHORT_VALUE,
	WRONG_VALUE,
	HANG_UP,
	CRUMBS,
	TWICE,
	REFUSE
};

struct server {
	pthread_t thread;
	int listen_fd;
	uint16_t port;
	enum trick trick;
	unsigned int trick_at; /* number of the request that triggers it */
	unsigned int requests;
	atomic_bool stop;
	struct {
		int fd;
		char buf[4096];
		size_t len;
	} conns[MAX_CONNS];
	unsigned int n_conns;
	unsigned int closed; /* by the generator */
	unsigned int most; /* highest number of connections with a request at the same time */
};

static void send_bytes(int fd, const char *data, size_t len, size_t step)
{
	for (size_t at = 0; at < len; at += step) {
		size_t n = len - at < step ? len - at : step;

		(void)!send(fd, data + at, n, MSG_NOSIGNAL);
	}
}

static void answer_get(struct server *s, int fd, const char *key, enum trick trick)
{
	char out[512], value[VALUE_SIZE + 1];
	unsigned long long number = strtoull(key + 1, NULL, 10);
	int n;

	memset(value, 'z', VALUE_SIZE);
	snprintf(value, sizeof(value), "%016llx", trick == WRONG_VALUE ? number + 1 : number);
	value[16] = 'z';
	value[VALUE_SIZE] = '\0';
	n = snprintf(out, sizeof(out), "VALUE %s 0 %d\r\n%s\r\nEND\r\n",
		     trick == WRONG_KEY ? "k00000099999" : key,
		     trick == SHORT_VALUE ? VALUE_SIZE - 1 : VALUE_SIZE,
		     trick == SHORT_VALUE ? value + 1 : value);
	send_bytes(fd, out, (size_t)n, s->trick == CRUMBS ? 3 : (size_t)n);
	if (trick == TWICE)
		send_bytes(fd, out, (size_t)n, (size_t)n);
}

static void answer(struct server *s, unsigned int c, const char *key, bool get)
{
	bool now = ++s->requests == s->trick_at;
	struct timespec nap = { .tv_nsec = (long)STALL_NS };

	if (now && s->trick == STALL_ONCE)
		nanosleep(&nap, NULL);
	if (now && s->trick == HANG_UP)
		shutdown(s->conns[c].fd, SHUT_RDWR);
	else if (now && s->trick == REFUSE)
		send_bytes(s->conns[c].fd, "SERVER_ERROR out of memory\r\n", 28, 28);
	else if (get)
		answer_get(s, s->conns[c].fd, key, now ? s->trick : HONEST);
	else
		send_bytes(s->conns[c].fd, "STORED\r\n", 8, 8);
}

/* Process the complete requests in a connection's buffer: "get KEY", or "set KEY 0 0 N" and
 * data. */
static void serve(struct server *s, unsigned int c)
{
	char *buf = s->conns[c].buf;

	for (;;) {
		char *end = memmem(buf, s->conns[c].len, "\r\n", 2), key[256];
		size_t need;

		if (!end)
			return;
		need = (size_t)(end - buf) + 2 + (*buf == 's' ? VALUE_SIZE + 2 : 0);
		if (s->conns[c].len < need)
			return;
		assert_int_equal(sscanf(buf + 4, "%255s", key), 1);
		answer(s, c, key, *buf == 'g');
		s->conns[c].len -= need;
		memmove(buf, buf + need, s->conns[c].len);
	}
}

/* Receive bytes from a client, or the end of its connection. Returns whether there were any
 * bytes. */
static bool listen_to(struct server *s, unsigned int c)
{
	ssize_t n = recv(s->conns[c].fd, s->conns[c].buf + s->conns[c].len,
			 sizeof(s->conns[c].buf) - s->conns[c].len, MSG_DONTWAIT);

	if (n > 0) {
		s->conns[c].len += (size_t)n;
		serve(s, c);
	} else if (n == 0) {
		close(s->conns[c].fd);
		s->conns[c].fd = -1; /* poll() ignores it */
		s->closed++;
	}
	return n > 0;
}

static void *server_main(void *arg)
{
	struct server *s = arg;

	while (!s->stop) {
		struct pollfd p[MAX_CONNS + 1] = { { s->listen_fd, POLLIN, 0 } };
		unsigned int busy = 0;
		int one = 1;

		for (unsigned int i = 0; i < s->n_conns; i++)
			p[i + 1] = (struct pollfd){ s->conns[i].fd, POLLIN, 0 };
		if (poll(p, s->n_conns + 1, 20) <= 0)
			continue;
		for (unsigned int i = 0; i < s->n_conns; i++)
			if (p[i + 1].revents)
				busy += listen_to(s, i);
		if (busy > s->most)
			s->most = busy;
		if (p[0].revents && s->n_conns < MAX_CONNS) {
			int fd = accept(s->listen_fd, NULL, NULL);

			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
			s->conns[s->n_conns++].fd = fd;
		}
	}
	return NULL;
}

static void server__start(struct server *s, enum trick trick, unsigned int at)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(sa);

	memset(s, 0, sizeof(*s));
	s->trick = trick;
	s->trick_at = at;
	s->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listen_fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(s->listen_fd, MAX_CONNS), 0);
	assert_int_equal(getsockname(s->listen_fd, (struct sockaddr *)&sa, &len), 0);
	s->port = ntohs(sa.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, server_main, s), 0);
}

static void server__stop(struct server *s)
{
	s->stop = true;
	pthread_join(s->thread, NULL);
	for (unsigned int i = 0; i < s->n_conns; i++)
		close(s->conns[i].fd);
	close(s->listen_fd);
}

struct bench {
	struct server server;
	struct mc_shape shape;
	struct keys keys;
	struct mc_load *load;
	struct mc_result res;
};

static void bench__open_with(struct bench *b, enum trick trick, unsigned int at,
			     struct mc_load_opts o)
{
	struct err err = { "" };

	o.shape = &b->shape;
	o.keys = &b->keys;
	server__start(&b->server, trick, at);
	mc_shape__init(&b->shape, 12, VALUE_SIZE);
	keys__init(&b->keys, KEYS_UNIFORM, 1000, 0, 1);
	mc_result__init(&b->res);
	o.port = b->server.port;
	if (mc_load__open(&o, &b->load, &err))
		fail_msg("%s", err.msg);
}

static void bench__open(struct bench *b, enum trick trick, unsigned int at, unsigned int conns,
			unsigned int threads, double get_ratio)
{
	bench__open_with(b, trick, at,
			 (struct mc_load_opts){ .connections = conns,
						.threads = threads,
						.get_ratio = get_ratio });
}

static void bench__close(struct bench *b)
{
	mc_load__close(b->load);
	mc_result__release(&b->res);
	mc_shape__release(&b->shape);
	server__stop(&b->server);
}

static void bench__run(struct bench *b, struct mc_phase ph)
{
	struct err err = { "" };

	if (mc_load__run(b->load, &ph, &b->res, &err))
		fail_msg("%s", err.msg);
}

static void fixed_number_is_exact(void **state __unused)
{
	struct bench b;

	bench__open(&b, HONEST, 0, 7, 3, 0.8);
	for (uint64_t ops = 1; ops < 2000; ops = ops * 3 + 1) {
		unsigned int before = b.server.requests;

		bench__run(&b, (struct mc_phase){ .ops = ops, .seed = ops });
		assert_int_equal(b.res.n_get + b.res.n_set, ops);
		assert_int_equal(b.res.latency->n, ops);
		assert_int_equal(b.server.requests - before, ops);
		assert_int_equal(b.res.hits, b.res.n_get);
		assert_int_equal(b.res.misses, 0);
	}
	assert_true(b.res.n_get > 700 && b.res.n_get < 960); /* 0.8 of 1093, 4 sd and more */
	bench__close(&b);
}

/* At most two requests are under way, on any of the 4 connections that are left of 15. */
static void a_window_over_what_is_left(void **state __unused)
{
	struct mc_load_opts o = { .connections = 4,
				  .opened = 15,
				  .window = 2,
				  .threads = 1,
				  .get_ratio = 0.5,
				  .seed = 9 };
	struct bench b;

	bench__open_with(&b, HONEST, 0, o);
	bench__run(&b, (struct mc_phase){ .ops = 1000, .seed = 4 });
	assert_int_equal(b.res.n_get + b.res.n_set, 1000);
	assert_int_equal(b.server.n_conns, 15);
	assert_int_equal(b.server.closed, 11);
	assert_in_range(b.server.most, 1, 2);
	bench__close(&b);
}

/* Mean number of requests under way, by Little's law: throughput times mean latency. */
static double in_flight(const struct mc_result *r)
{
	return (double)(r->n_get + r->n_set) / (double)r->elapsed_ns * hdr__mean(r->latency);
}

/* The server answers whatever has arrived at once, so that replies come in batches. If the machine
 * pauses in the middle, both factors include the pause; if it pauses while the first requests are
 * sent or the last replies come, only one does, hence several attempts. */
static void a_closed_loop_is_full(void **state __unused)
{
	static const struct {
		unsigned int connections, window, threads, want;
	} cases[] = { { 12, 0, 1, 12 }, { 14, 0, 2, 14 }, { 15, 6, 1, 6 }, { 1, 0, 1, 1 } };
	const double least = under_valgrind() ? 0.3 : 0.95;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mc_load_opts o = { .connections = cases[i].connections,
					  .window = cases[i].window,
					  .threads = cases[i].threads,
					  .get_ratio = 0.9 };
		double most = 0;
		struct bench b;

		bench__open_with(&b, HONEST, 0, o);
		for (int n = 0; n < 5 && most < least * cases[i].want; n++) {
			bench__run(&b, (struct mc_phase){ .duration_ns = 200 * NSEC_PER_MSEC,
							  .seed = 6 });
			most = fmax(most, in_flight(&b.res));
		}
		if (!(most >= least * cases[i].want && most <= cases[i].want))
			fail_msg("case %zu: %.2f requests under way, %u connections may have one",
				 i, most, cases[i].want);
		bench__close(&b);
	}
}

/* The same seed sends the same number of sets, however the replies arrive. */
static void same_seed_same_work(void **state __unused)
{
	uint64_t sets[2];

	for (int i = 0; i < 2; i++) {
		struct bench b;

		bench__open(&b, i ? CRUMBS : HONEST, 0, 4, 2, 0.5);
		bench__run(&b, (struct mc_phase){ .ops = 600, .seed = 3 });
		sets[i] = b.res.n_set;
		bench__close(&b);
	}
	assert_int_equal(sets[0], sets[1]);
}

/* Time limit for the last replies; the run ends as soon as they have arrived. */
#define DRAIN_NS (WAIT_MS * NSEC_PER_MSEC)

/* The point of the open loop: the server stalls once for 300 ms, and 300 of the requests due in
 * that time were late by up to 300 ms, though only one per connection was under way. */
static void stall_is_seen_by_all_it_held_up(void **state __unused)
{
	struct mc_phase open_loop = {
		.duration_ns = NSEC_PER_SEC, .drain_ns = DRAIN_NS, .rate = 1000, .seed = 1
	};
	struct mc_phase closed = { .duration_ns = NSEC_PER_SEC, .seed = 1 };
	bool seen = false;
	struct bench b;

	bench__open(&b, STALL_ONCE, 200, 4, 1, 1);
	bench__run(&b, open_loop);
	assert_int_equal(b.res.latency->n, 1000);
	assert_int_equal(b.res.unsent, 0);
	assert_true(hdr__quantile(b.res.latency, 0.99) > STALL_NS * 9 / 10);
	/* 1000 per second for 300 ms: 250 requests waited 50 ms or longer, 150 waited half the
	 * stall. */
	assert_true(hdr__quantile(b.res.latency, 0.77) > 50 * NSEC_PER_MSEC);
	assert_true(hdr__quantile(b.res.latency, 0.86) > STALL_NS * 4 / 10);
	assert_true(hdr__quantile(b.res.lag, 0.99) > STALL_NS * 8 / 10);
	bench__close(&b);

	/* The closed loop, which stops sending, sees the same stall in only 4 of its requests. Valgrind, and
	 * a busy host now and then, are too slow for that many requests. */
	for (int i = 0; i < 3 && !seen; i++) {
		bench__open(&b, STALL_ONCE, 200, 4, 1, 1);
		bench__run(&b, closed);
		assert_true(b.res.latency->max > STALL_NS * 9 / 10);
		seen = under_valgrind() || (b.res.latency->n > 1000 &&
					    hdr__quantile(b.res.latency, 0.99) < STALL_NS / 10);
		bench__close(&b);
	}
	assert_true(seen);
}

static void rate_is_kept(void **state __unused)
{
	struct bench b;

	bench__open(&b, HONEST, 0, 6, 2, 0.9);
	bench__run(&b, (struct mc_phase){ .duration_ns = NSEC_PER_SEC / 2,
					  .drain_ns = DRAIN_NS,
					  .rate = 500,
					  .seed = 1 });
	assert_int_equal(b.res.latency->n, 250);
	assert_true(b.res.elapsed_ns > 490 * NSEC_PER_MSEC);
	bench__close(&b);
}

/* A server that is too slow: the run ends nevertheless; requests that were never sent are reported
 * and count with the time that they waited. */
static void overload_ends_and_is_told(void **state __unused)
{
	struct mc_phase ph = { .duration_ns = 100 * NSEC_PER_MSEC,
			       .drain_ns = 50 * NSEC_PER_MSEC,
			       .rate = 5e6,
			       .seed = 1 };
	uint64_t begin = clock__ns();
	struct bench b;

	bench__open(&b, HONEST, 0, 2, 1, 1);
	bench__run(&b, ph);
	assert_true(clock__ns() - begin < WAIT_MS * NSEC_PER_MSEC);
	assert_true(b.res.unsent > 100000);
	assert_int_equal(b.res.latency->n, b.res.n_get + b.res.n_set + b.res.unsent);
	assert_int_equal(b.res.latency->n, 500000);
	assert_true(hdr__quantile(b.res.latency, 0.5) > 50 * NSEC_PER_MSEC);
	bench__close(&b);
}

static void lies_are_found(void **state __unused)
{
	static const struct {
		enum trick trick;
		int code;
		const char *says, *or_says;
	} cases[] = {
		{ WRONG_KEY, -EPROTO, "got key 'k00000099999'", NULL },
		{ SHORT_VALUE, -EPROTO, "63 bytes, 64 were stored", NULL },
		{ WRONG_VALUE, -EPROTO, "not what was stored", NULL },
		{ HANG_UP, -ECONNRESET, "closed a connection", NULL },
		/* The second copy arrives with the first, or after the next request was sent. */
		{ TWICE, -EPROTO, "more than the reply", "asked for key" },
		{ REFUSE, -EPROTO, "SERVER_ERROR out of memory", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = { "" };
		struct bench b;
		int got;

		bench__open(&b, cases[i].trick, 50, 4, 2, 1);
		got = mc_load__run(b.load, &(struct mc_phase){ .ops = 400, .seed = 1 }, &b.res,
				   &err);
		bench__close(&b);
		if (got != cases[i].code ||
		    (!strstr(err.msg, cases[i].says) &&
		     !(cases[i].or_says && strstr(err.msg, cases[i].or_says))))
			fail_msg("case %zu: %d, '%s'", i, got, err.msg);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_number_is_exact),
		cmocka_unit_test(a_window_over_what_is_left),
		cmocka_unit_test(a_closed_loop_is_full),
		cmocka_unit_test(same_seed_same_work),
		cmocka_unit_test(stall_is_seen_by_all_it_held_up),
		cmocka_unit_test(rate_is_kept),
		cmocka_unit_test(overload_ends_and_is_told),
		cmocka_unit_test(lies_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
