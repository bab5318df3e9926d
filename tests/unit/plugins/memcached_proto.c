// SPDX-License-Identifier: GPL-2.0-only
/* The reply parser on a recorded session with memcached 1.6.18, and on hostile bytes. */
#include "lib/fs.h"
#include "workloads/memcached/client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SESSION "tests/data/memcached/session.txt"

static char *load(size_t *len)
{
	char *text;

	if (fs__read(SESSION, 1u << 20, &text, len))
		fail_msg("cannot read %s: run the test from the top directory", SESSION);
	return text;
}

/* The replies to: set a; get a; get b; bogus; set x with a bad length; stats */
static const enum mc_reply want[] = { MC_STORED, MC_HIT, MC_MISS, MC_ERROR, MC_ERROR, MC_BROKEN };

static void parse_session(const char *text, size_t len, size_t step)
{
	struct mc_parser p;
	size_t at = 0, n = 0;

	mc_parser__reset(&p);
	while (n < ARRAY_SIZE(want)) {
		size_t chunk = len - at < step ? len - at : step, used;
		enum mc_reply r = mc_parser__feed(&p, text + at, chunk, &used);

		assert_true(used > 0 && used <= chunk);
		at += used;
		if (r == MC_MORE)
			continue;
		assert_int_equal(r, want[n]);
		if (r == MC_HIT) {
			assert_string_equal(p.key, "a");
			assert_int_equal(p.bytes, 3);
			assert_memory_equal(p.head, "abc", 3);
		}
		n++;
	}
	assert_true(str_starts(p.line, "STAT pid "));
}

static void recorded_session_in_any_pieces(void **state __unused)
{
	size_t len;
	_free_ char *text = load(&len);

	for (size_t step = 1; step <= 64; step++)
		parse_session(text, len, step);
	parse_session(text, len, len);
}

static enum mc_reply feed(const char *bytes, size_t len, struct mc_parser *p)
{
	size_t used;

	mc_parser__reset(p);
	return mc_parser__feed(p, bytes, len, &used);
}

static void hostile_replies_are_broken(void **state __unused)
{
	static const char *const bad[] = {
		"\r\n",
		"STORED\n",
		"stored\r\n",
		"VALUE\r\n",
		"VALUE  0 1\r\n",
		"VALUE a\r\n",
		"VALUE a 0\r\n",
		"VALUE a 0 \r\n",
		"VALUE a x 1\r\n",
		"VALUE a 0 -1\r\n",
		"VALUE a 0 99999999999\r\n",
		"VALUE a 0 1x\r\n",
		"VALUE a 4294967296 1\r\n",
		"VALUE a 0 3\r\nabcd\r\n",
		"VALUE a 0 0\r\nEND\r\n",
		"VALUE a 0 3\r\nabc\n\rEND\r\n",
		"VALUE a 0 1\r\nx\r\nVALUE a 0 1\r\nx\r\nEND\r\n",
		"VALUE a 0 1\r\nx\r\nSTORED\r\n",
		"HTTP/1.1 400 Bad Request\r\n",
	};
	char longline[2 * MC_LINE_MAX];
	struct mc_parser p;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (feed(bad[i], strlen(bad[i]), &p) != MC_BROKEN)
			fail_msg("accepted '%s'", bad[i]);
	memset(longline, 'a', sizeof(longline));
	assert_int_equal(feed(longline, sizeof(longline), &p), MC_BROKEN);
	assert_int_equal(feed("EN\0D\r\n", 6, &p), MC_BROKEN);
}

static void replies_stop_at_their_end(void **state __unused)
{
	static const char two[] = "STORED\r\nEND\r\n";
	struct mc_parser p;
	size_t used;

	mc_parser__reset(&p);
	assert_int_equal(mc_parser__feed(&p, two, strlen(two), &used), MC_STORED);
	assert_int_equal(used, 8);
	assert_int_equal(mc_parser__feed(&p, two + 8, strlen(two) - 8, &used), MC_MISS);
	assert_int_equal(feed("VALUE k 0 0\r\n\r\nEND\r\n", 20, &p), MC_HIT);
	assert_int_equal(p.bytes, 0);
	assert_int_equal(feed("VALUE k 7 2 1234\r\nhi\r\nEND\r\n", 27, &p), MC_HIT);
	assert_int_equal(p.head_len, 2);
}

static void statistics(void **state __unused)
{
	_free_ char *text = load(NULL);
	struct mc_stats s;
	struct err err;
	uint64_t v;

	assert_int_equal(mc_stats__parse(text, &s, &err), 0);
	assert_string_equal(s.version, "1.6.18");
	assert_int_equal(s.curr_connections, 1);
	assert_int_equal(s.cmd_get, 2);
	assert_int_equal(s.get_hits, 1);
	assert_int_equal(s.get_misses, 1);
	assert_int_equal(s.cmd_set, 1);
	assert_int_equal(s.curr_items, 1);
	assert_int_equal(s.evictions, 0);
	assert_int_equal(mc_stats__u64(text, "no_such", &v), -ENOENT);
	assert_int_equal(mc_stats__u64(text, "version", &v), -EINVAL);
	assert_int_equal(mc_stats__u64("STAT x 99999999999999999999\r\n", "x", &v), -EINVAL);
	assert_int_equal(mc_stats__parse("STAT pid 1\r\nEND\r\n", &s, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "curr_connections"));
}

static void requests_read_as_the_protocol_says(void **state __unused)
{
	char buf[MC_KEY_MAX + 64];
	struct mc_shape s;
	size_t n;

	mc_shape__init(&s, 12, 20);
	n = mc_shape__head(&s, MC_GET, 7, buf, sizeof(buf));
	buf[n] = '\0';
	assert_string_equal(buf, "get k00000000007\r\n");
	n = mc_shape__head(&s, MC_SET, 255, buf, sizeof(buf));
	buf[n] = '\0';
	assert_string_equal(buf, "set k00000000255 0 0 20\r\n00000000000000ff");
	n = mc_shape__head(&s, MC_SET_QUIET, 255, buf, sizeof(buf));
	buf[n] = '\0';
	assert_string_equal(buf, "set k00000000255 0 0 20 noreply\r\n00000000000000ff");
	assert_memory_equal(s.filler, "abcd\r\n", 6);
	mc_shape__release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_session_in_any_pieces),
		cmocka_unit_test(hostile_replies_are_broken),
		cmocka_unit_test(replies_stop_at_their_end),
		cmocka_unit_test(statistics),
		cmocka_unit_test(requests_read_as_the_protocol_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
