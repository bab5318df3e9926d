// SPDX-License-Identifier: GPL-2.0-only
/* Text from elsewhere: byte-order marks and line ends are normalized; what is not text is
 * reported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "lib/text.h"

static void made_uniform(void **state __unused)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "a\nb", "a\nb" },
		{ "\xef\xbb\xbf", "" },
		{ "\xef\xbb\xbf"
		  "a\r\nb\r\n",
		  "a\nb\n" },
		{ "a\r\r\nb", "a\nb" },
		{ "10 %\r20 %\rdone\n", "10 %\n20 %\ndone\n" },
		{ "a\r", "a\n" },
		{ "\033[1;31ma\033[0m\033[K\r\nb\033[2J\033[", "a\nb\033[2J\033[" },
		{ "\xc3\xa9 \xef\xbb\xbf in the middle stays",
		  "\xc3\xa9 \xef\xbb\xbf in the middle stays" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *text = xstrdup(cases[i][0]);
		size_t len = strlen(text);
		struct err err = { "" };

		assert_int_equal(text__clean(text, &len, &err), 0);
		assert_string_equal(text, cases[i][1]);
		assert_int_equal(len, strlen(cases[i][1]));
	}
}

static void no_text(void **state __unused)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *says;
	} cases[] = {
#define BYTES(b, says) ROW(b, sizeof(b) - 1, says)
		BYTES("\xff\xfe"
		      "a\0b\0",
		      "UTF-16"),
		BYTES("\xfe\xff\0a\0b", "UTF-16"),
		BYTES("a\0b\0c\0", "UTF-16 text without a mark"),
		BYTES("\0a\0b", "UTF-16 text without a mark"),
		BYTES("\xff\xfe\0\0a\0\0\0", "UTF-32"),
		BYTES("\x1f\x8b\x08", "gzip"),
		BYTES("\x28\xb5\x2f\xfd", "zstd"),
		BYTES("\x7f"
		      "ELF",
		      "ELF"),
		BYTES("tps = 1\0 0", "byte 8 is NUL"),
#undef BYTES
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *text = xcalloc(cases[i].len + 1, 1);
		size_t len = cases[i].len;
		struct err err = { "" };

		memcpy(text, cases[i].bytes, len);
		assert_int_equal(text__clean(text, &len, &err), -EINVAL);
		if (!strstr(err.msg, cases[i].says))
			fail_msg("'%s' lacks '%s'", err.msg, cases[i].says);
	}
}

static void files(void **state __unused)
{
	static const char path[] = "/tmp/kduel-text-test";
	struct err err = { "" };
	char *text;
	size_t len;

	assert_int_equal(fs__write_atomic(path, "\xef\xbb\xbfx\r\n", 6), 0);
	assert_int_equal(text__read(path, 6, &text, &len, &err), 0);
	assert_string_equal(text, "x\n");
	assert_int_equal(len, 2);
	free(text);
	assert_int_equal(text__read(path, 5, &text, &len, &err), -EFBIG);
	assert_null(text);
	assert_int_equal(fs__write_atomic(path, "\x1f\x8b", 2), 0);
	assert_int_equal(text__read(path, 6, &text, &len, &err), -EINVAL);
	assert_null(text);
	assert_non_null(strstr(err.msg, "/tmp/kduel-text-test: this is a gzip file"));
	assert_int_equal(fs__rm_rf(path), 0);
	assert_int_equal(text__read(path, 6, &text, NULL, &err), -ENOENT);
	assert_int_equal(text__read("/tmp", 6, &text, NULL, &err), -EISDIR);
	assert_non_null(strstr(err.msg, "expected a file, found a directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_uniform),
		cmocka_unit_test(no_text),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
