// SPDX-License-Identifier: GPL-2.0-only
/* String vectors, allocation, and errors with context. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/err.h"
#include "lib/strvec.h"

#include <unistd.h>

static void vectors_end_in_null(void **state)
{
	struct strvec sv = { 0 };
	char word[] = "one";

	(void)state;
	assert_null(sv.v);
	strvec__push(&sv, word);
	word[0] = 'X'; /* the vector has a copy */
	strvec__pushf(&sv, "%d-%s", 2, "two");
	strvec__push_all(&sv, "three", "", NULL);
	assert_int_equal(sv.n, 4);
	assert_string_equal(sv.v[0], "one");
	assert_string_equal(sv.v[1], "2-two");
	assert_string_equal(sv.v[3], "");
	assert_null(sv.v[4]);
	assert_true(strvec__has(&sv, "three"));
	assert_false(strvec__has(&sv, "thre"));
	strvec__release(&sv);
	assert_int_equal(sv.n, 0);
	assert_false(strvec__has(&sv, "three"));
	strvec__push(&sv, "again");
	assert_string_equal(sv.v[0], "again");
	strvec__release(&sv);
}

static void sorted_and_unique(void **state)
{
	struct strvec sv = { 0 };

	(void)state;
	strvec__sort_unique(&sv);
	assert_int_equal(sv.n, 0);
	strvec__push_all(&sv, "b", "a", "B", "b", "\xc3\xa4", "a", "a", NULL);
	strvec__sort_unique(&sv);
	assert_int_equal(sv.n, 4);
	assert_string_equal(sv.v[0], "B"); /* ordered by bytes, whatever the locale */
	assert_string_equal(sv.v[1], "a");
	assert_string_equal(sv.v[2], "b");
	assert_string_equal(sv.v[3], "\xc3\xa4");
	assert_null(sv.v[4]);
	strvec__release(&sv);
}

/* A shell parses the line back into the vector. */
static void shell_lines_survive_a_shell(void **state)
{
	static const char *const words[] = { "printf", "%s\\n",	   "a b",   "",	    "it's", "$HOME",
					     "*",      "-x=1,2:3", "\"q\"", "a\\b", "!x",   "~" };
	struct strvec sv = { 0 };
	char got[256] = "", want[256] = "";
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		strvec__push(&sv, words[i]);
	_free_ char *line = strvec__shell_line(&sv);
	FILE *f = popen(line, "r");

	assert_non_null(f);
	assert_true(fread(got, 1, sizeof(got) - 1, f) > 0);
	assert_int_equal(pclose(f), 0);
	for (size_t i = 2; i < ARRAY_SIZE(words); i++)
		n += (size_t)snprintf(want + n, sizeof(want) - n, "%s\n", words[i]);
	assert_string_equal(got, want);
	strvec__release(&sv);
	_free_ char *empty = strvec__shell_line(&sv);

	assert_string_equal(empty, "");
}

static void plain_words_are_not_quoted(void **state)
{
	struct strvec sv = { 0 };

	(void)state;
	strvec__push_all(&sv, "qemu-system-aarch64", "-cpu", "max,midr=0xc00fac30", "a b", NULL);
	_free_ char *line = strvec__shell_line(&sv);

	assert_string_equal(line, "qemu-system-aarch64 -cpu max,midr=0xc00fac30 'a b'");
	strvec__release(&sv);
}

static void errors_carry_their_context(void **state)
{
	char long_text[4096];
	struct err err;

	(void)state;
	assert_int_equal(err__set(&err, -EINVAL, "found %d", 7), -EINVAL);
	assert_string_equal(err.msg, "found 7");
	assert_int_equal(err__prefix(&err, -EIO, "boot %d: ", 3), -EIO);
	assert_string_equal(err.msg, "boot 3: found 7");
	err__set(&err, -EIO, "<%s>", err.msg); /* its own message as an argument */
	assert_string_equal(err.msg, "<boot 3: found 7>");
	assert_int_equal(err__set(NULL, -ENOENT, "x"), -ENOENT);
	assert_int_equal(err__prefix(NULL, -ENOENT, "x"), -ENOENT);
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	err__set(&err, -EIO, "%s", long_text);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	err__prefix(&err, -EIO, "%s", long_text);
	assert_true(strlen(err.msg) < sizeof(err.msg));
}

static void allocations(void **state)
{
	_free_ char *zero = xcalloc(0, 8);
	_free_ char *part = xstrndup("abcdef", 3);
	_free_ char *text = xasprintf("%s-%05d", "n", 42);
	char *grown = xrealloc(NULL, 4, 8);

	(void)state;
	assert_non_null(zero);
	assert_string_equal(part, "abc");
	assert_string_equal(text, "n-00042");
	memset(grown, 1, 32);
	grown = xrealloc(grown, 0, 8);
	assert_non_null(grown);
	free(grown);
	assert_true(str_starts("baseline", "base"));
	assert_true(str_starts("a", ""));
	assert_false(str_starts("bas", "base"));
}

static void scopes_close_descriptors(void **state)
{
	int pipe_fd[2], copy;

	(void)state;
	assert_int_equal(pipe(pipe_fd), 0);
	{
		_close_ int fd = pipe_fd[0];
		_close_ int none __unused = -1;

		copy = fd;
	}
	assert_int_equal(close(copy), -1);
	assert_int_equal(errno, EBADF);
	close(pipe_fd[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_end_in_null),
		cmocka_unit_test(sorted_and_unique),
		cmocka_unit_test(shell_lines_survive_a_shell),
		cmocka_unit_test(plain_words_are_not_quoted),
		cmocka_unit_test(errors_carry_their_context),
		cmocka_unit_test(allocations),
		cmocka_unit_test(scopes_close_descriptors),
	};

	return cmocka_run_group_tests_name("lib/strvec", tests, NULL, NULL);
}
