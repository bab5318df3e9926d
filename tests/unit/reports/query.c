// SPDX-License-Identifier: GPL-2.0-only
/* Queries and paths of URLs: what is accepted, what is refused, the canonical form. */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "reports/web/query.h"
#include "reports/web/route.h"

static int parse(struct query *q, const char *text)
{
	struct err err = { "" };
	int ret = query__parse(q, text, strlen(text), &err);

	assert_true(!ret == !*err.msg);
	assert_true(!ret || !q->n);
	return ret;
}

static void values(void **state __unused)
{
	struct query q;

	assert_int_equal(parse(&q, "a=1&b=x+y%2B%C3%A9&flag&&a=2&empty="), 0);
	assert_int_equal(q.n, 5);
	assert_string_equal(query__get(&q, "a"), "1");
	assert_string_equal(query__get(&q, "b"), "x y+\xc3\xa9");
	assert_string_equal(query__get(&q, "flag"), "");
	assert_string_equal(query__get_or(&q, "empty", "other"), "other");
	assert_null(query__get(&q, "c"));
	assert_true(query__has(&q, "a", "2"));
	assert_false(query__has(&q, "a", "3"));
	query__release(&q);
	assert_int_equal(parse(&q, ""), 0);
	assert_int_equal(q.n, 0);
}

static void canonical(void **state __unused)
{
	struct query q, back;
	char *text, *again;

	assert_int_equal(parse(&q, "z=1&a=%3c%26%3D&m=2&z=0&e="), 0);
	text = query__encode(&q);
	assert_string_equal(text, "a=%3C%26%3D&m=2&z=1&z=0");
	assert_int_equal(parse(&back, text), 0);
	again = query__encode(&back);
	assert_string_equal(again, text);
	free(again);
	again = query__encode_with(&q, "z", "3");
	assert_string_equal(again, "a=%3C%26%3D&m=2&z=3");
	free(again);
	again = query__encode_with(&q, "z", NULL);
	assert_string_equal(again, "a=%3C%26%3D&m=2");
	free(again);
	free(text);
	query__release(&back);
	query__release(&q);
}

static void broken(void **state __unused)
{
	static const char *const bad[] = {
		"a=%",	 "a=%4",     "a=%zz",	    "a=%00",	      "a=%1b",	  "a=%7F", "=1",
		"a=%ff", "a=%c0%af", "a=%ed%a0%80", "a=%f4%90%80%80", "a=%e2%82", "%c3=1", "a=\x01",
	};
	char many[3 * (QUERY_MAX_ITEMS + 1) + 1] = "", *big;
	struct query q;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (parse(&q, bad[i]) != -EINVAL)
			fail_msg("%s was taken", bad[i]);
	for (size_t i = 0; i < QUERY_MAX_ITEMS + 1; i++)
		memcpy(many + 2 * i, "a&", 3);
	assert_int_equal(parse(&q, many), -E2BIG);
	big = xcalloc(1, QUERY_MAX_LEN + 2);
	memset(big, 'a', QUERY_MAX_LEN + 1);
	assert_int_equal(parse(&q, big), -E2BIG);
	free(big);
}

static void paths(void **state __unused)
{
	struct route_args a;

	assert_int_equal(route__match("/", "/", &a, NULL), 1);
	assert_int_equal(route__match("/", "/x", &a, NULL), 0);
	assert_int_equal(route__match("/a/:id", "/a/x%20y", &a, NULL), 1);
	assert_int_equal(a.n, 1);
	assert_string_equal(a.v[0], "x y");
	route_args__release(&a);
	assert_int_equal(route__match("/a/:id.json/:n", "/a/x.y.json/7", &a, NULL), 1);
	assert_string_equal(a.v[0], "x.y");
	assert_string_equal(a.v[1], "7");
	route_args__release(&a);
	assert_int_equal(route__match("/a/:id.json", "/a/x%2F..y%2fz.json", &a, NULL), 1);
	assert_string_equal(a.v[0], "x/..y/z");
	route_args__release(&a);
	assert_int_equal(route__match("/a/:id.json", "/a/.json", &a, NULL), 0);
	assert_int_equal(route__match("/a/:id.json", "/a/x.csv", &a, NULL), 0);
	/* The names "." and "..", without the extension. */
	assert_int_equal(route__match("/a/:id.json", "/a/..json", &a, NULL), 0);
	assert_int_equal(route__match("/a/:id.json", "/a/x%2F...json", &a, NULL), 0);
	assert_int_equal(route__match("/a/:id", "/a/", &a, NULL), 0);
	assert_int_equal(route__match("/a/:id", "/a/x/", &a, NULL), 0);
	assert_int_equal(route__match("/a/:id", "/a", &a, NULL), 0);
	assert_int_equal(route__match("/a", "/A", &a, NULL), 0);
	assert_int_equal(route__match("/a", "////////////////", &a, NULL), 0);
	assert_int_equal(route__match("/a", "/////////////////", &a, NULL), -EINVAL);
	assert_int_equal(a.n, 0);
}

static void paths_that_lead_out(void **state __unused)
{
	static const char *const bad[] = {
		"/../etc/passwd",
		"/a/..",
		"/a/.",
		"/a/%2e%2e/b",
		"/a/..%2fb",
		"/a/b%5c..",
		"/a/b%2F..%2fc",
		"/a/b%2F.",
		"/a/%00",
		"/%",
		"a",
		"",
		"http://elsewhere/a",
		"/a/%c0%ae",
	};
	struct route_args a;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (route__match("/a/:id", bad[i], &a, NULL) != -EINVAL)
			fail_msg("%s was taken", bad[i]);
		assert_int_equal(a.n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(canonical),
		cmocka_unit_test(broken),
		cmocka_unit_test(paths),
		cmocka_unit_test(paths_that_lead_out),
	};

	return cmocka_run_group_tests_name("reports/query", tests, NULL, NULL);
}
