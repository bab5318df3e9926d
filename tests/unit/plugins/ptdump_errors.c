// SPDX-License-Identifier: GPL-2.0-only
/* Broken page-table dumps: the message has the line, the column and what was expected. */
#include "collectors/ptdump/parse.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/ptdump_rows.h"

#define PTE_ROW "0xffff000000000000-0xffff000000001000 4K PTE"

static const struct {
	const char *text, *want;
	int granule;
} broken[] = {
	{ "", "dump: expected a page-table dump", -1 },
	{ "hello\n", "dump: expected a page-table dump", -1 },
	{ START END, "dump: expected rows", -1 },
	{ PTE_ROW RW END, "dump:1: expected a marker", -1 },
	{ START PTE_ROW RW,
	  "dump:3: expected the end of section linear_map, which begins on line 1", -1 },
	{ START PTE_ROW RW "0xffff0000000", "dump:3:1: expected an address", -1 },
	{ START "[    1.0] 0xffff00\n" PTE_ROW RW END, "dump:2:11: expected an address", -1 },
	{ START PTE_ROW RW "garbage\n" END, "dump:3:1: expected an address", -1 },
	{ START PTE_ROW RW "---[ Linear Mapping en", "dump:3: expected a marker", -1 },
	{ START PTE_ROW RW "---[ Modules start ]---\n",
	  "dump:3: expected the end of section linear_map", -1 },
	{ START PTE_ROW RW "---[ Modules end ]---\n",
	  "dump:3: expected the end of section linear_map", -1 },
	{ "---[ Modules end ]---\n", "dump:1: expected a section to begin", -1 },
	{ START PTE_ROW RW END START,
	  "dump:4: expected one dump; found section linear_map a second", -1 },
	{ START PTE_ROW RW PTE_ROW RW END,
	  "dump:3: expected a row at 0xffff000000001000 or above, where that of line 2 ends; found "
	  "0xffff000000000000: rows overlap",
	  -1 },
	{ START "0xffff000000002000-0xffff000000003000 4K PTE" RW PTE_ROW RW END,
	  "dump:3: expected a row at 0xffff000000003000 or above, where that of line 2 ends; found "
	  "0xffff000000000000: rows are out of order",
	  -1 },
	{ START "0xffff000000001000-0xffff000000000000 4K PTE" RW, "dump:2:1: expected a range",
	  -1 },
	{ START "0x7fff000000000000-0x7fff000000001000 4K PTE" RW, "dump:2:1: expected a range",
	  -1 },
	{ START "0xffff000000000000-0xffff000000001000 8K PTE" RW,
	  "dump:2:39: expected the size to be the difference of the two addresses, found '8K'",
	  -1 },
	{ START "0xffff000000000000-0xffff000000001000 K PTE" RW, "dump:2:39: expected the size",
	  -1 },
	{ START "0xffff000000000000-0xffff000000001000 4Q PTE" RW, "dump:2:39: expected the size",
	  -1 },
	{ START "0xffff000000000000-0xffff000000001000 99999999999999999E PTE" RW,
	  "dump:2:39: expected the size", -1 },
	{ START "0xffff000000000000-0xffff000000001000 4K", "dump:2:39: expected the size", -1 },
	{ START "0xffff000000000000-0xffff000000001000 4K pte" RW, "dump:2:42: expected a level",
	  -1 },
	{ START PTE_ROW " RW NX SHD A", "dump:2:56: expected an attribute", -1 },
	{ START PTE_ROW " NX RW MEM/NORMAL\n",
	  "dump:2:49: expected the attributes in the kernel's order", -1 },
	{ START PTE_ROW " ro RW NX MEM/NORMAL\n", "dump:2:65: expected one of ro and RW", -1 },
	{ START PTE_ROW " RW SHD MEM/NORMAL\n", "dump:2:63: expected one of NX and x", -1 },
	{ START PTE_ROW " RW NX SHD AF\n", "dump:2:58: expected a memory type", -1 },
	{ START PTE_ROW RW_BLK, "dump:2:77: expected no BLK", -1 },
	{ START "0xffff000000000000-0xffff000000200000 2M PMD" RW, "dump:2:73: expected BLK", -1 },
	{ START "0xffff000000000000-0xffff000000000801 2K PTE" RW, "dump:2:39: expected the size",
	  -1 },
	{ START "0xffff000000000400-0xffff000000000c00 2K PTE" RW,
	  "dump:2: expected a PTE row to begin and end on multiples of 4 KiB, as with a 4K granule",
	  -1 },
	{ START "0xffff000000000000-0xffff000000008000 32K PTE" RW_CON,
	  "dump:2: expected a PTE CON row to begin and end on multiples of 64 KiB", -1 },
	{ START "0xffff000000000000-0xffff000040000000 1G P4D" RW_BLK,
	  "dump:2: expected no P4D row", -1 },
	{ START PTE_ROW RW END,
	  "dump:2: expected a PTE row to begin and end on multiples of 16 KiB, as "
	  "with a 16K granule",
	  GRANULE_16K },
	{ START "0xffff000000000000-0xffff000040000000 1G PUD" RW_BLK,
	  "dump:2: expected no PUD row, as a 64K granule", GRANULE_64K },
};

static void broken_dumps(void **state __unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		struct layout *l = NULL;
		struct err err = { .msg = "" };
		int ret = ptdump__parse("dump", broken[i].text, strlen(broken[i].text),
					broken[i].granule, &l, &err);

		if (ret != -EINVAL || l || !str_starts(err.msg, broken[i].want))
			fail_msg("case %zu: %d, '%s' instead of '%s'", i, ret, err.msg,
				 broken[i].want);
	}
}

/* A dump that is truncated anywhere within its section is an error; it never gives other
 * figures. */
static void every_truncation_is_seen(void **state __unused)
{
	_free_ char *text = load("mode1.txt");
	size_t whole = strlen(text) - 1; /* it is complete without its last line feed */

	for (size_t n = 0; n < whole; n++) {
		struct layout *l = NULL;
		struct err err;

		if (ptdump__parse("dump", text, n, PTDUMP_GRANULE_AUTO, &l, &err) != -EINVAL)
			fail_msg("%zu of %zu bytes are taken for a whole dump", n, whole);
	}
}

static void bytes_that_are_no_text(void **state __unused)
{
	static const char zero[] = START "0xffff\0000\n" END;
	_free_ char *wide = xasprintf(START "%2000s\n" END, "x");
	struct layout *l = NULL;
	struct err err;

	assert_int_equal(ptdump__parse("d", zero, sizeof(zero) - 1, -1, &l, &err), -EINVAL);
	assert_true(str_starts(err.msg, "d:2: expected a row or a marker"));
	assert_int_equal(ptdump__parse("d", wide, strlen(wide), -1, &l, &err), -EINVAL);
	assert_true(str_starts(err.msg, "d:2: expected a row or a marker; found a line of 2000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_dumps),
		cmocka_unit_test(every_truncation_is_seen),
		cmocka_unit_test(bytes_that_are_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
