// SPDX-License-Identifier: GPL-2.0-only
/* Names of functions without what compilers append; tests/cli/explain.sh has the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reports/profile/names.h"

static void names(void **state)
{
	static const struct {
		const char *name, *own;
		bool piece;
	} cases[] = {
		{ "vfs_read", "vfs_read", false },
		{ "tcp_options_write.isra.0", "tcp_options_write", false },
		{ "f.constprop.12", "f", false },
		{ "f.isra.0.part.0", "f", true },
		{ "f.part.0", "f", true },
		{ "f.cold", "f", true },
		{ "f.constprop.0.cold", "f", true },
		{ "f.llvm.1234567890", "f", false },
		/* No suffix of a compiler's. */
		{ "f.coldstart", "f.coldstart", false },
		{ "f.partial.0", "f.partial.0", false },
		{ "e843419@0049_00000d3c_1a8", "e843419@0049_00000d3c_1a8", false },
		{ ".part.0", ".part.0", false },
		{ "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(function_name__length(cases[i].name), strlen(cases[i].own));
		assert_int_equal(function_name__is_piece(cases[i].name), cases[i].piece);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
