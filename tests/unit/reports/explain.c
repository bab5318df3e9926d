// SPDX-License-Identifier: GPL-2.0-only
/* Function names without compiler suffixes, and alignment of instructions; tests/cli/explain.sh
 * covers the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reports/profile/annotate.h"
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
		/* Not a compiler suffix. */
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

/* Aligned instructions: "=" the same, "|" different, "-" and "+" on one side only. */
static void alignments(void **state)
{
	static const struct {
		const char *before[8], *after[8], *want;
	} cases[] = {
		{ { "nop", "ret" }, { "nop", "ret" }, "==" },
		{ { "nop", "ret" }, { "nop", "mov\tx0, x1", "ret" }, "=+=" },
		{ { "nop", "mov\tx0, x1", "ret" }, { "nop", "ret" }, "=-=" },
		/* Offsets change when instructions are inserted. */
		{ { "b\t+0x8", "nop", "ret" }, { "b\t+0x10", "nop", "ret" }, "===" },
		{ { "b\t+0x8" }, { "b\tf+0x8" }, "|" },
		{ { "adrp\tx0, 0x1000" }, { "adrp\tx0, 0x2000" }, "=" },
		{ { "adrp\tx0, 0x1000" }, { "adrp\tx1, 0x1000" }, "|" },
		{ { "bl\tf" }, { "bl\tfo" }, "|" },
		{ { "nop", "bl\tf", "bl\tg", "ret" }, { "nop", "bl\th", "ret" }, "=|-=" },
		{ { "bl\tf", "ret" }, { "bl\tg", "bl\th", "ret" }, "|+=" },
		{ { NULL }, { "ret" }, "+" },
		{ { NULL }, { NULL }, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct annotate a = { 0 };
		char got[16] = "";

		for (size_t k = 0; cases[i].before[k]; k++)
			strvec__push(&a.side[EXPLAIN_BEFORE].text, cases[i].before[k]);
		for (size_t k = 0; cases[i].after[k]; k++)
			strvec__push(&a.side[EXPLAIN_AFTER].text, cases[i].after[k]);
		annotate__align(&a);
		for (size_t k = 0; k < a.n; k++)
			got[k] = a.v[k].same				? '=' :
				 a.v[k].insn[EXPLAIN_BEFORE] == NO_INSN ? '+' :
				 a.v[k].insn[EXPLAIN_AFTER] == NO_INSN	? '-' :
									  '|';
		assert_string_equal(got, cases[i].want);
		annotate__release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(alignments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
