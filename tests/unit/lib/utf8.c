// SPDX-License-Identifier: GPL-2.0-only
/* UTF-8 according to RFC 3629: the first and last code point of each length, and invalid
 * sequences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/utf8.h"

static void code_points(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t cp;
	} good[] = {
		{ "a", 'a' },
		{ "\x7f", 0x7f },
		{ "\xc2\x80", 0x80 },
		{ "\xdf\xbf", 0x7ff },
		{ "\xe0\xa0\x80", 0x800 },
		{ "\xed\x9f\xbf", 0xd7ff },
		{ "\xee\x80\x80", 0xe000 },
		{ UTF8_REPLACEMENT, 0xfffd },
		{ "\xf0\x90\x80\x80", 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 0x10ffff },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		size_t len = strlen(good[i].bytes);
		uint32_t cp = 0;

		assert_int_equal(utf8__decode(good[i].bytes, len, &cp), len);
		assert_int_equal(cp, good[i].cp);
		assert_int_equal(utf8__decode(good[i].bytes, len + 1, NULL), len);
		/* It is invalid if truncated, by the length as well as by the end of the string. */
		for (size_t n = 1; n < len; n++) {
			char cut[8] = "";

			memcpy(cut, good[i].bytes, n);
			assert_int_equal(utf8__decode(good[i].bytes, n, NULL), 0);
			assert_int_equal(utf8__decode(cut, sizeof(cut), NULL), 0);
		}
	}
	assert_int_equal(utf8__decode("", 1, NULL), 1); /* NUL is a character, too */
}

static void malformed(void **state)
{
	static const char *const bad[] = {
		"\x80", /* continuation without a start */
		"\xbf",
		"\xc0\x80", /* overlong forms */
		"\xc1\xbf",
		"\xe0\x9f\xbf",
		"\xf0\x8f\xbf\xbf",
		"\xed\xa0\x80", /* surrogates */
		"\xed\xbf\xbf",
		"\xf4\x90\x80\x80", /* beyond U+10FFFF */
		"\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80", /* five bytes */
		"\xff",
		"\xc3(", /* a start without continuation */
		"\xe2\x82(",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(utf8__decode(bad[i], strlen(bad[i]), NULL), 0);
}

static void clean(void **state __unused)
{
	static const struct {
		const char *text, *line, *lines;
	} cases[] = {
		{ "plain \xc3\xa4\xe2\x82\xac", "plain \xc3\xa4\xe2\x82\xac",
		  "plain \xc3\xa4\xe2\x82\xac" },
		{ "a\n\tb\r", "a??b?", "a\n\tb?" },
		{ "\033[31m\x7f", "?[31m?", "?[31m?" },
		{ "\xc2\x9b"
		  "1m\xc2\xa0",
		  "??1m\xc2\xa0", "??1m\xc2\xa0" },
		{ "\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x93", "??????\xe2\x80\x93",
		  "??????\xe2\x80\x93" },
		{ "\xff\x9bz\xe2\x82", "??z??", "??z??" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *line = xstrdup(cases[i].text), *lines = xstrdup(cases[i].text);

		utf8__clean(line, strlen(line), false);
		utf8__clean(lines, strlen(lines), true);
		assert_string_equal(line, cases[i].line);
		assert_string_equal(lines, cases[i].lines);
		assert_int_equal(utf8__is_clean(cases[i].text, strlen(cases[i].text), false),
				 streq(line, cases[i].text));
		assert_int_equal(utf8__is_clean(cases[i].text, strlen(cases[i].text), true),
				 streq(lines, cases[i].text));
	}
}

static void replaced(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "n\xc3\xa4ht\n", "n\xc3\xa4ht\n" },
		{ "\xff\xc3", UTF8_REPLACEMENT UTF8_REPLACEMENT },
		{ "a\xe2\x82z", "a" UTF8_REPLACEMENT UTF8_REPLACEMENT "z" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *text = utf8__replaced(cases[i][0]);

		assert_string_equal(text, cases[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_points),
		cmocka_unit_test(malformed),
		cmocka_unit_test(clean),
		cmocka_unit_test(replaced),
	};

	return cmocka_run_group_tests_name("lib/utf8", tests, NULL, NULL);
}
