// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runner/packages/lock.h"

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void round_trip(void **state)
{
	const char text[] = "a+b 1:2.0~rc1-1+b2 all " SHA_B "\n"
			    "libc6 2.36-9+deb12u14 arm64 " SHA_A "\n";
	struct lock l = { 0 }, again = { 0 };
	_free_ char *out = NULL, *out2 = NULL;

	(void)state;
	lock__add(&l, "libc6", "2.36-9+deb12u14", "arm64", SHA_A);
	lock__add(&l, "a+b", "1:2.0~rc1-1+b2", "all", SHA_B);
	lock__add(&l, "libc6", "2.36-9+deb12u14", "arm64", SHA_A);
	assert_int_equal(l.n, 2);
	out = lock__format(&l);
	assert_string_equal(out, text);
	assert_int_equal(lock__parse("x", out, &again, NULL), 0);
	out2 = lock__format(&again);
	assert_string_equal(out2, text);
	assert_non_null(lock__find(&again, "libc6", "arm64"));
	assert_null(lock__find(&again, "libc6", "amd64"));
	lock__release(&l);
	lock__release(&again);
}

static void comments_and_last_line(void **state)
{
	struct lock l = { 0 };

	(void)state;
	assert_int_equal(lock__parse("x", "# head\n\n  p 1 all " SHA_A " # why\r\nq 2 all " SHA_B,
				     &l, NULL),
			 0);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[1].name, "q");
	lock__release(&l);
}

static void mistakes_name_the_line(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "p 1 all\n", "f:1: expected four words" },
		{ "p 1 all " SHA_A " more\n", "f:1: expected four words" },
		{ "\n\np 1 all " SHA_A "0\n", "f:3: the last word is not a sha256" },
		{ "p 1 all " SHA_A "\np 1 all abc\n", "f:2: the last word is not a sha256" },
		{ "../p 1 all " SHA_A "\n", "f:1: the package name" },
		{ "p -1 all " SHA_A "\n", "f:1: the version" },
		{ "p 1/2 all " SHA_A "\n", "f:1: the version" },
		{ "p 1 a/l " SHA_A "\n", "f:1: the architecture" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct lock l = { 0 };
		struct err err = { 0 };

		assert_int_equal(lock__parse("f", cases[i].text, &l, &err), -EINVAL);
		if (!str_starts(err.msg, cases[i].says))
			fail_msg("case %zu: \"%s\"", i, err.msg);
		lock__release(&l);
	}
}

static void differences(void **state)
{
	struct lock a = { 0 }, b = { 0 };
	_free_ char *same = NULL, *diff = NULL;

	(void)state;
	lock__add(&a, "memcached", "1.6.18-1", "arm64", SHA_A);
	lock__add(&a, "gone", "1", "all", SHA_A);
	lock__add(&a, "rebuilt", "3", "arm64", SHA_A);
	lock__add(&a, "same", "4", "arm64", SHA_A);
	lock__add(&b, "same", "4", "arm64", SHA_A);
	lock__add(&b, "rebuilt", "3", "arm64", SHA_B);
	lock__add(&b, "new", "5", "arm64", SHA_B);
	lock__add(&b, "memcached", "1.6.18-2", "arm64", SHA_B);
	same = lock__diff(&a, &a);
	assert_string_equal(same, "");
	diff = lock__diff(&a, &b);
	assert_string_equal(diff, "gone 1 removed\nmemcached 1.6.18-1 -> 1.6.18-2\nnew 5 added\n"
				  "rebuilt 3 has other content than before\n");
	lock__release(&a);
	lock__release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(comments_and_last_line),
		cmocka_unit_test(mistakes_name_the_line),
		cmocka_unit_test(differences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
