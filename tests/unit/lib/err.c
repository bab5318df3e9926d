// SPDX-License-Identifier: GPL-2.0-only
/* Messages: picking the most informative of many lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/err.h"

static void one_line(void **state __unused)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "k.db: no such database", "k.db: no such database" },
		{ "no colon\nsecond", "no colon" },
		{ "nothing below:", "nothing below:" },
		{ "nothing below:\n  \n", "nothing below:" },
		{ "\nempty first", "" },
		{ "make failed, which ends in:\n  CC a.o\n  Killed\n",
		  "make failed, which ends in: Killed" },
		{ "it ends in:\n  CC a.o\n  a.c:1:5: error: expected ';'\n  b.c:2: error: other\n"
		  "  make[1]: *** [a.o] Error 1\n  make: *** [all] Error 2",
		  "it ends in: a.c:1:5: error: expected ';'" },
		{ "it ends in:\n  make[1]: *** [a.o] Error 1\n  make: *** [all] Error 2\n  ld: undefined reference to `f'",
		  "it ends in: ld: undefined reference to `f'" },
		{ "it ends in:\n  make[1]: *** [a.o] Error 1\n  make: *** [all] Error 2\n  tail",
		  "it ends in: make[1]: *** [a.o] Error 1" },
		{ "twice: here\nit ends in:\n  error: x", "twice: here" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *line = err__line(cases[i][0]);

		assert_string_equal(line, cases[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line),
	};

	return cmocka_run_group_tests_name("lib/err", tests, NULL, NULL);
}
