// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's page-table dump. mode1.txt and mode3.txt were published with the patches that let
 * arm64 map its memory in blocks (12 GiB on AmpereOne, in blocks and split); sections.txt is made
 * up to have every section and flag. Sums were computed by hand, or from the sizes printed in the
 * rows.
 */
#include "collectors/ptdump/parse.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/ptdump_rows.h"

#define KIB 1024ull
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

static struct layout *parse(const char *text, int granule)
{
	struct layout *l = NULL;
	struct err err = { .msg = "" };

	if (ptdump__parse("dump", text, strlen(text), granule, &l, &err))
		fail_msg("%s", err.msg);
	return l;
}

static struct layout *parse_file(const char *name)
{
	_free_ char *text = load(name);

	return parse(text, PTDUMP_GRANULE_AUTO);
}

static void check_leaves(const struct layout *l, const char *section, const uint64_t *want)
{
	const struct layout_section *s = layout__find(l, section);

	assert_non_null(s);
	for (size_t i = 0; layout__leaves(l->granule)[i].name; i++)
		if (s->leaf[i] != want[i])
			fail_msg("%s: %s has %llu bytes, not %llu", section,
				 layout__leaves(l->granule)[i].name, (unsigned long long)s->leaf[i],
				 (unsigned long long)want[i]);
}

static void mode1_is_mapped_in_blocks(void **state __unused)
{
	struct layout *l = parse_file("mode1.txt");
	const struct layout_section *s = layout__find(l, "linear_map");
	/* The sizes in the rows, level by level. */
	const uint64_t want[] = {
		(1984 + 1344 + 32 + 196 + 28 + 56 + 8 + 64 + 32 + 32 + 64 + 1812 + 44 + 52 + 908 +
		 64 + 1140 + 12) *
			KIB,
		(64 + 704 + 1152 + 896 + 128 + 1600 + 1600 + 64 + 256) * KIB,
		(2 + 32 + 26 + 26 + 26 + 2) * MIB,
		(960 + 32 + 960 + 992) * MIB,
		9 * GIB,
	};

	assert_int_equal(l->n_sections, 1);
	assert_int_equal(l->granule, GRANULE_4K);
	assert_int_equal(l->source, GRANULE_DETECTED);
	check_leaves(l, "linear_map", want);
	assert_int_equal(layout__mapped(s), 12 * GIB);
	assert_int_equal(layout__block(l, s), want[2] + want[3] + want[4]);
	assert_int_equal(s->ro, 32 * MIB + (1984 + 1344 + 196 + 8 + 32 + 1812 + 908 + 1140) * KIB);
	assert_int_equal(s->rw, 12 * GIB - s->ro);
	assert_int_equal(s->nx, 12 * GIB);
	assert_int_equal(s->x | s->wx | s->usr | s->invalid | s->gap, 0);
	layout__free(l);
}

static void mode3_is_split_but_for_the_image(void **state __unused)
{
	struct layout *l = parse_file("mode3.txt");
	const struct layout_section *s = layout__find(l, "linear_map");
	const uint64_t want[LAYOUT_LEAVES] = { 12 * GIB - 32 * MIB, 0, 32 * MIB };

	check_leaves(l, "linear_map", want);
	assert_int_equal(s->ro, (1984 + 1344) * KIB + (32 + 2 + 2) * MIB);
	assert_int_equal(s->rw, (2112 + 5264452 + 1015012 + 6261144) * KIB);
	assert_int_equal(layout__block(l, s), 32 * MIB);
	layout__free(l);
}

static void every_section(void **state __unused)
{
	static const struct {
		const char *name;
		uint64_t leaf[LAYOUT_LEAVES], ro, rw, x, wx, usr, invalid;
	} want[] = {
		{ "linear_map",
		  { 0, 64 * KIB, 2 * MIB, 0, GIB },
		  2 * MIB,
		  GIB + 64 * KIB,
		  0,
		  0,
		  0,
		  2 * MIB + 1984 * KIB },
		{ "modules", { 40 * KIB }, 16 * KIB, 24 * KIB, 16 * KIB, 0, 0, 0 },
		{ "vmalloc",
		  { 8 * KIB, 0, 8 * MIB },
		  8 * MIB,
		  8 * KIB,
		  8 * MIB + 4 * KIB,
		  4 * KIB,
		  0,
		  0 },
		{ "other", { 4 * KIB }, 0, 4 * KIB, 0, 0, 0, 0 },
		{ "vmemmap", { 0, 0, 0, 32 * MIB }, 0, 32 * MIB, 0, 0, 0, 0 },
		{ "pci_io", { 0, 64 * KIB }, 0, 64 * KIB, 0, 0, 0, 0 },
		{ "fixmap", { 4 * KIB }, 4 * KIB, 0, 4 * KIB, 0, 4 * KIB, 0 },
	};
	struct layout *l = parse_file("sections.txt");

	assert_int_equal(l->n_sections, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		const struct layout_section *s = &l->sections[i];

		assert_string_equal(s->name, want[i].name);
		check_leaves(l, s->name, want[i].leaf);
		assert_int_equal(s->ro, want[i].ro);
		assert_int_equal(s->rw, want[i].rw);
		assert_int_equal(s->x, want[i].x);
		assert_int_equal(s->nx, want[i].ro + want[i].rw - want[i].x);
		assert_int_equal(s->wx, want[i].wx);
		assert_int_equal(s->usr, want[i].usr);
		assert_int_equal(s->invalid, want[i].invalid);
		assert_int_equal(s->gap, 0);
	}
	layout__free(l);
}

#define DUMP_16K                                                \
	START                                                   \
	"0xffff000000000000-0xffff000000004000 16K PTE" RW      \
	"0xffff000000004000-0xffff000000200000 2032K PTE" RW    \
	"0xffff000000200000-0xffff000002000000 30M PTE" RW_CON  \
	"0xffff000002000000-0xffff000040000000 992M PMD" RW_BLK \
	"0xffff000040000000-0xffff000080000000 1G PMD" RW_CON_BLK END
#define DUMP_64K                                                  \
	START                                                     \
	"0xffff000000000000-0xffff000000010000 64K PTE" RW        \
	"0xffff000000010000-0xffff000000200000 1984K PTE" RW      \
	"0xffff000000200000-0xffff000020000000 510M PTE" RW_CON   \
	"0xffff000020000000-0xffff000400000000 15872M PMD" RW_BLK \
	"0xffff000400000000-0xffff000800000000 16G PMD" RW_CON_BLK END

static void larger_granules(void **state __unused)
{
	static const uint64_t want16[] = { 2 * MIB, 30 * MIB, 992 * MIB, GIB };
	static const uint64_t want64[] = { 2 * MIB, 510 * MIB, 15872 * MIB, 16 * GIB };
	struct layout *l = parse(DUMP_16K, PTDUMP_GRANULE_AUTO);

	assert_int_equal(l->granule, GRANULE_16K);
	assert_int_equal(l->source, GRANULE_DETECTED);
	check_leaves(l, "linear_map", want16);
	assert_int_equal(layout__block(l, &l->sections[0]), 992 * MIB + GIB);
	layout__free(l);
	l = parse(DUMP_64K, PTDUMP_GRANULE_AUTO);
	assert_int_equal(l->granule, GRANULE_64K);
	assert_int_equal(l->source, GRANULE_DETECTED);
	check_leaves(l, "linear_map", want64);
	layout__free(l);
	l = parse(DUMP_64K, GRANULE_64K);
	assert_int_equal(l->source, GRANULE_GIVEN);
	layout__free(l);
}

/* Pages of 4K are recognized, however round the numbers are. */
static void round_numbers_are_4k(void **state __unused)
{
	static const struct {
		const char *text;
		enum layout_source source;
	} cases[] = {
		{ START "0xffff000000000000-0xffff000040000000 1G PTE" RW END, GRANULE_ASSUMED },
		{ START "0xffff000000000000-0xffff000040000000 1G PTE" RW
			"0xffff000040000000-0xffff008000000000 511G PUD\n" END,
		  GRANULE_DETECTED },
		{ START "0xffff000000000000-0xffff000040000000 1G PUD" RW_BLK END,
		  GRANULE_DETECTED },
		{ START "0xffff000000000000-0xffff000000200000 2M PMD" RW_BLK END,
		  GRANULE_DETECTED },
		{ START "0xffff000000000000-0xffff000000010000 64K PTE" RW_CON END,
		  GRANULE_DETECTED },
		{ START "0xffffff8000000000-0xffffff8040000000 1G PGD" RW_BLK
			"0xffffff8040000000-0xffffff8040001000 4K PTE" RW END,
		  GRANULE_DETECTED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct layout *l = parse(cases[i].text, PTDUMP_GRANULE_AUTO);

		assert_int_equal(l->granule, GRANULE_4K);
		assert_int_equal(l->source, cases[i].source);
		layout__free(l);
	}
}

static void two_levels_have_blocks_at_the_first(void **state __unused)
{
	static const uint64_t want[] = { 0, 0, 512 * MIB, 16 * GIB };
	struct layout *l = parse(START
				 "0xfffffc0000000000-0xfffffc0020000000 512M PGD" RW_BLK
				 "0xfffffc0020000000-0xfffffc0400000000 15872M PGD\n"
				 "0xfffffc0400000000-0xfffffc0800000000 16G PGD" RW_CON_BLK END,
				 GRANULE_64K);

	check_leaves(l, "linear_map", want);
	layout__free(l);
}

/* Each line of a dump after the prefixes of logs, with other lines of a log around and between. */
static void dump_in_a_log(void **state __unused)
{
	static const char *const prefixes[] = {
		"[    1.234567] ",
		"<6>[    1.234567][    T1] ",
		"6,339,5140900,-;",
		"[Sat Nov 21 07:01:37 2026] ",
		"Nov 21 07:01:37 host kernel: ",
		"Nov 21 07:01:37 host kernel: [    1.234567] ",
		"  ",
	};
	static const uint64_t want[LAYOUT_LEAVES] = { 64 * KIB, 64 * KIB };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const char *p = prefixes[i];
		_free_ char *text = xasprintf(
			"[    0.1] node 0: [mem 0x0000000040000000-0x00000000bfffffff]\r\n"
			"0x000000000000-0x000000040000 : \"flash\"\n"
			"%s---[ Linear Mapping start ]---\r\n"
			"%s0xffff000000000000-0xffff000000010000 64K PTE RW NX AF MEM/NORMAL\r\n"
			"[    1.300000] random: crng init done\r\n\r\n"
			"%s0xffff000000010000-0xffff000000020000 64K PTE RW NX CON MEM/NORMAL\r\n"
			"%s---[ Linear Mapping end ]---\r\n"
			"---[ end trace 0000000000000000 ]---\r\n~ # \r\n",
			p, p, p, p);
		struct layout *l;

		l = parse(text, PTDUMP_GRANULE_AUTO);
		check_leaves(l, "linear_map", want);
		layout__free(l);
	}
}

static void gaps_and_empty_rows(void **state __unused)
{
	struct layout *l = parse("---[ Linear Mapping ]---\n"
				 "0xffff000000000000-0xffff000000000000 0E PTE\n"
				 "0xffff000000000000-0xffff000000001000 4K PTE" RW
				 "0xffff000000003000-0xffff000000004000 4K PTE" RW,
				 PTDUMP_GRANULE_AUTO);

	assert_int_equal(l->sections[0].gap, 8 * KIB);
	assert_int_equal(l->sections[0].rw, 8 * KIB);
	layout__free(l);
	/* The last row reaches 2^64: no marker can follow. */
	l = parse("---[ Kernel Image start ]---\n"
		  "0xfffffffffffff000-0x0000000000000000 4K PTE" RW,
		  PTDUMP_GRANULE_AUTO);
	assert_string_equal(l->sections[0].name, "kernel_image");
	assert_int_equal(l->sections[0].rw, 4 * KIB);
	layout__free(l);
}

static void granule_names(void **state __unused)
{
	for (int g = 0; g < GRANULE_MAX; g++)
		assert_int_equal(layout__granule_parse(
					 layout__granule_name((enum layout_granule)g)),
				 g);
	assert_int_equal(layout__granule_parse("4k"), -EINVAL);
	assert_int_equal(layout__granule_parse(""), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mode1_is_mapped_in_blocks),
		cmocka_unit_test(mode3_is_split_but_for_the_image),
		cmocka_unit_test(every_section),
		cmocka_unit_test(larger_granules),
		cmocka_unit_test(round_numbers_are_4k),
		cmocka_unit_test(two_levels_have_blocks_at_the_first),
		cmocka_unit_test(dump_in_a_log),
		cmocka_unit_test(gaps_and_empty_rows),
		cmocka_unit_test(granule_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
