// SPDX-License-Identifier: GPL-2.0-only
/* Blocks are split at source functions, and stored as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "runner/boot/profile.h"
#include "runner/boot/sources.h"

#define BASE 0xffff800080000000

/* Two functions of the image and one of a module. In the first, 0x10 to 0x18 is inlined, and 0x14
 * to 0x18 is inlined into that. */
static struct symbol symbol_list[] = {
	{ BASE + 0x1000, BASE + 0x1020, "first.isra.0", "", "", 0x1000 },
	{ BASE + 0x1020, BASE + 0x1040, "second", "", "", 0x1020 },
	{ BASE + 0x9000, BASE + 0x9040, "init", "mod", ".text", 0x40 },
};
static char *module_names[] = { (char[]){ "mod" }, NULL };
static const struct symbols symbols = { .v = symbol_list,
					.n = ARRAY_SIZE(symbol_list),
					.names = { .v = module_names, .n = 1 } };
static struct source_node nodes[] = {
	{ NO_SOURCE, "first", "mm/a.c", "mm/a.c" },
	{ 0, "outer", "include/linux/o.h", "mm/a.c" },
	{ 1, "inner", "include/linux/i.h", "mm/a.c" },
	{ NO_SOURCE, "init", "drivers/m/m.c", "drivers/m/m.c" },
};
static struct source_span spans[] = {
	{ 0x1000, 0x1010, 0 }, { 0x1010, 0x1014, 1 }, { 0x1014, 0x1018, 2 }, { 0x1018, 0x1020, 0 }
};
static struct source_span module_spans[] = { { 0x40, 0x80, 3 } };
static struct source_section sections[] = { { (char[]){ "" }, spans, ARRAY_SIZE(spans) } };
static struct source_section module_sections[] = { { (char[]){ ".text" }, module_spans, 1 } };
static struct source_map module_map = {
	.nodes = nodes, .n_nodes = ARRAY_SIZE(nodes), .sections = module_sections, .n_sections = 1
};
static const struct source_maps maps = { .kernel = { .nodes = nodes,
						     .n_nodes = ARRAY_SIZE(nodes),
						     .sections = sections,
						     .n_sections = 1 },
					 .modules = &module_map,
					 .n_modules = 1 };

/* "first.isra.0 > outer > inner", with its counts. */
static uint64_t count(const struct sources *s, int iter, const char *place, enum function_count c)
{
	const struct sources_part *part = sources__part(s, iter);

	assert_non_null(part);
	for (size_t i = 0; i < part->n; i++) {
		const struct sources_place *p = &part->v[i];
		_free_ char *text = xstrdup("");

		for (uint32_t k = p->inlined; k != NO_INLINED; k = s->inlined[k].parent) {
			_free_ char *inner = text;

			text = xasprintf(" > %s%s", s->strings.v[s->inlined[k].name], inner);
		}
		_free_ char *full = xasprintf("%s%s", s->strings.v[p->symbol], text);

		if (streq(full, place))
			return p->count[c];
	}
	return 0;
}

static void check(const struct sources *s, int iter, uint64_t runs)
{
	const struct sources_place *p = &sources__part(s, iter)->v[0];

	assert_int_equal(count(s, iter, "first.isra.0", FUNCTION_INSNS), 6 * runs);
	assert_int_equal(count(s, iter, "first.isra.0 > outer", FUNCTION_INSNS), runs + 3);
	assert_int_equal(count(s, iter, "first.isra.0 > outer > inner", FUNCTION_INSNS), runs + 3);
	assert_int_equal(count(s, iter, "second", FUNCTION_INSNS), 0);
	assert_int_equal(count(s, iter, "init", FUNCTION_INSNS), 16);
	/* All of the first block is in the function itself, all of the second in `outer`. */
	assert_int_equal(count(s, iter, "first.isra.0", FUNCTION_WALKS_D), 5);
	assert_int_equal(count(s, iter, "first.isra.0 > outer", FUNCTION_WALKS_D), 2);
	assert_int_equal(count(s, iter, "first.isra.0 > outer > inner", FUNCTION_WALKS_D), 0);
	assert_string_equal(s->strings.v[p->file], "mm/a.c");
	assert_string_equal(s->strings.v[p->unit], "mm/a.c");
}

static void splits_blocks(void **state)
{
	struct profile_line lines[] = {
		/* From the first into the second function, which has no source. */
		{ .va = BASE + 0x1000, .n = 10, .runs = 7, .event[PROFILE_WALK_D] = 5 },
		{ .va = BASE + 0x1010, .n = 2, .runs = 3, .event[PROFILE_WALK_D] = 2 },
		{ .va = BASE + 0x9000, .n = 16, .runs = 1 },
		{ .va = BASE + 0x20000, .n = 4, .runs = 9 },
		{ .va = BASE + 0x1000, .n = 4, .runs = 0 },
	};
	struct profile_part part = { .v = lines, .n = ARRAY_SIZE(lines), .total = 1000 };
	struct sources s = { 0 }, back;
	struct store_profile sum = { 0 };
	_free_ char *text = NULL, *copy = NULL, *again = NULL;
	struct err err = { "" };

	(void)state;
	source_maps__add(&maps, &symbols, &part, &s);
	part.iteration = 3;
	lines[0].runs = 70;
	source_maps__add(&maps, &symbols, &part, &s);
	check(&s, 0, 7);
	check(&s, 3, 70);
	assert_int_equal(s.n_inlined, 2);
	assert_null(sources__part(&s, 1));

	/* Inlined code is part of the function: the sums are those of the profile. */
	profile__sum(&part, &symbols, &sum);
	for (size_t i = 0; i < sum.n; i++)
		if (streq(sum.v[i].name, "first.isra.0")) {
			assert_int_equal(sum.v[i].count[FUNCTION_INSNS], 8 * 70 + 6);
			assert_int_equal(sum.v[i].count[FUNCTION_WALKS_D], 7);
		}
	profile__free(memcpy(xcalloc(1, sizeof(sum)), &sum, sizeof(sum)), 1);

	text = sources__format(&s);
	copy = xstrdup(text);
	assert_int_equal(sources__parse(&back, copy, &err), 0);
	check(&back, 0, 7);
	check(&back, 3, 70);
	again = sources__format(&back);
	assert_string_equal(text, again);
	sources__release(&back);
	sources__release(&s);
}

/* x86_64: instructions have different sizes. */
static void splits_blocks_of_x86(void **state)
{
	struct profile_line lines[] = {
		{ .va = BASE + 0x100e, .n = 4, .runs = 2, .sizes = (char[]){ "2473" } },
	};
	const struct profile_part part = { .v = lines, .n = 1, .total = 8 };
	struct sources s = { 0 };

	(void)state;
	source_maps__add(&maps, &symbols, &part, &s);
	assert_int_equal(count(&s, 0, "first.isra.0", FUNCTION_INSNS), 4);
	assert_int_equal(count(&s, 0, "first.isra.0 > outer", FUNCTION_INSNS), 2);
	assert_int_equal(count(&s, 0, "first.isra.0 > outer > inner", FUNCTION_INSNS), 2);
	sources__release(&s);
}

static void damaged_texts(void **state)
{
	static const char *const texts[] = {
		"",
		"source 2\n",
		"source 1\n\"a",
		"source 1\n\"a\n\"a\n",
		"source 1\n\"a\tb\n",
		"source 1\n\"a\n+1\t0\t0\n",
		"source 1\n\"a\n+0\t1\t0\n",
		"source 1\n\"a\n1\t\t\t\t\t0\t0\t0\t0\t0\n",
		"source 1\n\"a\niteration 0\n1\t\t\t\t\t0\t0\t0\t1\t0\n",
		"source 1\n\"a\niteration 0\n1\t\t\t\t\t0\t0\t0\t0\t1\n",
		"source 1\n\"a\niteration 0\n1\t\t\t\t0\t0\t0\t0\t0\n",
		"source 1\n\"a\niteration 1\niteration 1\n",
		"source 1\n\"a\niteration 0\n18446744073709551616\t\t\t\t\t0\t0\t0\t0\t0\n",
		"source 1\nx\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_free_ char *text = xstrdup(texts[i]);
		struct sources s;
		struct err err = { "" };

		if (sources__parse(&s, text, &err) != -EUCLEAN)
			fail_msg("accepted: %s", texts[i]);
		assert_non_null(strstr(err.msg, "damaged"));
		sources__release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_blocks),
		cmocka_unit_test(splits_blocks_of_x86),
		cmocka_unit_test(damaged_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
