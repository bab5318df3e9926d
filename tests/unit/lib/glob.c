// SPDX-License-Identifier: GPL-2.0-only
/* Patterns with * and ?; all other characters match themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/glob.h"

static void patterns(void **state __unused)
{
	static const struct {
		const char *pattern, *text;
		bool fits;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "**", "abc", true },
		{ "?", "", false },
		{ "?", "a", true },
		{ "?", "\xc3\xa4", true },
		{ "??", "\xc3\xa4", false },
		{ "n?ht", "n\xc3\xa4ht", true },
		{ "?", "\xff", true }, /* not text, but a byte of a foreign database */
		{ "night*", "nightly", true },
		{ "*ly", "nightly", true },
		{ "*l", "nightly", false },
		{ "n*t*y", "nightly", true },
		{ "*aab", "aaaab", true },
		{ "*a*b?", "xaxbxabc", true },
		{ "[m]", "[m]", true },
		{ "[m]", "m", false },
		{ "m\\1", "m\\1", true },
		{ "\\*", "\\anything", true },
		{ "A", "a", false },
		{ "*\xa4", "\xc3\xa4", false }, /* characters are not split */
		{ "*??", "\xc3\xa4", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (glob__fits(cases[i].pattern, cases[i].text) != cases[i].fits)
			fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].text);
}

/* Even for a text chosen to be slow, the time is at most quadratic in the length. */
static void many_stars(void **state __unused)
{
	char pattern[201], text[5001];

	for (size_t i = 0; i < 200; i += 2)
		memcpy(pattern + i, "a*", 2);
	pattern[199] = 'b';
	pattern[200] = '\0';
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_false(glob__fits(pattern, text));
	text[sizeof(text) - 2] = 'b';
	assert_true(glob__fits(pattern, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns),
		cmocka_unit_test(many_stars),
	};

	return cmocka_run_group_tests_name("lib/glob", tests, NULL, NULL);
}
