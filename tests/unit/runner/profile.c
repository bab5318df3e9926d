// SPDX-License-Identifier: GPL-2.0-only
/* The plugin's file of blocks, errors in it, and the sums by function. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "reports/profile/blocks.h"
#include "runner/boot/profile.h"
#include "runner/boot/profile_blocks.h"
#include "runner/targets/target.h"

#define HEAD "profile 1\n"
#define BEGIN "iteration 0\nimage ffff800080000000 ffff800082000000\n"
#define BLOCK "ffff800080010000 4 10 d65f03c0\n"

static void parts(void **state)
{
	struct profile_lines l;
	struct err err = { "" };

	(void)state;
	assert_int_equal(profile_lines__parse(&l, "f",
					      HEAD BEGIN
					      "area ffff8000c0000000 ffff8000c0001000\n" BLOCK
					      "ffff800080010010 2 5 94000010 7 1 3 0\n"
					      "total 51\nleft-out 1\nend\n",
					      &err),
			 0);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.v[0].n, 2);
	assert_int_equal(l.v[0].n_areas, 1);
	assert_int_equal(l.v[0].v[1].runs, 5);
	assert_int_equal(l.v[0].v[1].last, 0x94000010);
	assert_int_equal(l.v[0].v[1].event[PROFILE_L1D], 7);
	assert_int_equal(l.v[0].v[1].event[PROFILE_WALK_D], 3);
	assert_int_equal(l.v[0].total, 51);
	assert_true(l.v[1].left_out && l.v[1].iteration == 1);
	profile_lines__release(&l);
}

static void mistakes_have_a_line(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "f:1: " },
		{ "profile 2\nend\n", "f:1: the plugin's profile is of another format" },
		{ HEAD, "f: the plugin's profile is cut off" },
		{ HEAD BEGIN BLOCK, "f: the plugin's profile is cut off" },
		{ HEAD BEGIN BLOCK "total 40\nend", "f: the plugin's profile is cut off" },
		{ HEAD BEGIN BLOCK "total 40\nend\nend\n",
		  "f:7: the plugin's profile: there is more" },
		{ HEAD BEGIN BLOCK "end\n",
		  "f:5: the plugin's profile: an iteration has no total" },
		{ HEAD BEGIN BLOCK "total 39\nend\n",
		  "f:5: the plugin's profile: the blocks have more instructions" },
		{ HEAD BLOCK "end\n", "f:2: the plugin's profile: a line outside" },
		{ HEAD "iteration 0\ntotal 0\n",
		  "f:3: the plugin's profile: an iteration does not say" },
		{ HEAD BEGIN BEGIN, "f:4: the plugin's profile: an iteration begins within" },
		{ HEAD BEGIN "total 0\niteration 0\n",
		  "f:5: the plugin's profile: iterations are not" },
		{ HEAD BEGIN "area 2 1\n", "f:4: the plugin's profile: no range" },
		{ HEAD BEGIN "ffff800080010002 4 10 0\n", "f:4: the plugin's profile: no block" },
		{ HEAD BEGIN "ffff800080010000 0 10 0\n", "f:4: the plugin's profile: no block" },
		{ HEAD BEGIN "ffff800080010000 513 1 0\n", "f:4: the plugin's profile: no block" },
		{ HEAD BEGIN "ffff800080010000 4 -1 0\n", "f:4: the plugin's profile: no block" },
		{ HEAD BEGIN "ffff800080010000 4 1 0 1\n", "f:4: the plugin's profile: no block" },
		{ HEAD BEGIN "ffff800080010000 4 9999999999999999999 0\n",
		  "f:4: the plugin's profile: more instructions" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct profile_lines l;
		struct err err = { "" };

		assert_int_equal(profile_lines__parse(&l, "f", cases[i].text, &err), -EPROTO);
		if (strncmp(err.msg, cases[i].want, strlen(cases[i].want)))
			assert_string_equal(err.msg, cases[i].want);
		profile_lines__release(&l);
	}
}

/* Three functions; the code between the second and the third has no symbol. */
static struct symbol symbol_list[] = {
	{ 0x1000, 0x1010, "first", "", "", 0x800 },
	{ 0x1010, 0x1020, "second", "", "", 0x810 },
	{ 0x2000, 0x2040, "second", "mod", ".text", 0x40 },
};
static const struct symbols some_symbols = { .v = symbol_list, .n = ARRAY_SIZE(symbol_list) };

static const struct profile_function *function(const struct store_profile *p, const char *name,
					       const char *module)
{
	for (size_t i = 0; i < p->n; i++)
		if (streq(p->v[i].name, name) && streq(p->v[i].module, module))
			return &p->v[i];
	fail_msg("no function %s [%s]", name, module);
	return NULL;
}

/* The same blocks as they are stored for --annotate: one by one, and found by function. */
static void blocks_of_functions(const struct profile_part *part)
{
	_free_ char *text = profile_blocks__text(part, &some_symbols, 5), *copy = xstrdup(text);
	_free_ char *cut = xstrdup(text);
	struct blocks_function *list;
	struct err err = { "" };
	bool per_op;
	size_t n;

	assert_non_null(
		strstr(text, "blocks 1 5\n:first\t\t\t2048\t16\n0\t2\t5\n2\t2\t10\n:second"));
	assert_int_equal(blocks__find(text, "second", NULL, &list, &n, &per_op, &err), 0);
	assert_true(per_op);
	assert_int_equal(n, 2);
	assert_string_equal(list[1].module, "mod");
	assert_string_equal(list[1].section, ".text");
	assert_int_equal(list[1].at, 0x40);
	assert_int_equal(list[0].n, 4);
	assert_true(list[0].runs[0] == (10 + 3) / 5. && list[0].runs[1] == 2);
	assert_true(list[0].runs[2] == 0 && list[0].total == 23 / 5.);
	blocks__free(list, n);
	assert_int_equal(blocks__find(copy, "second", "", &list, &n, &per_op, &err), 0);
	assert_int_equal(n, 1);
	blocks__free(list, n);
	cut[strlen(cut) - 1] = '\0';
	assert_int_equal(blocks__find(cut, "second", NULL, &list, &n, &per_op, &err), -EUCLEAN);
}

/* x86_64 instructions differ in size, which matters when a block is split. The last field is the
 * branch target. */
static void blocks_of_x86(void **state)
{
	static const char text[] = "profile 1 x86_64\niteration 0\n"
				   "image ffffffff81000000 ffffffff83000000\n"
				   "ffffffff81001000 1f35 10 81002000\n" /* 24 bytes */
				   "ffffffff81001003 5 3 0\n"
				   "ffffffff81002000 1 13 81001000\n"
				   "total 56\nend\n";
	/* The third instruction begins at the first byte of the second function. */
	static struct symbol list[] = {
		{ 0xffffffff81001000, 0xffffffff81001010, "first", "", "", 0 },
		{ 0xffffffff81001010, 0xffffffff81001020, "second", "", "", 0 },
		{ 0xffffffff81002000, 0xffffffff81002010, "third", "", "", 0 },
	};
	const struct symbols symbols = { .v = list, .n = ARRAY_SIZE(list) };
	const char *const wrong[] = { "ffffffff81001000 10 10 0\n", "ffffffff81001000  10 0\n",
				      "ffffffff81001000 1g 10 0\n" };
	const struct profile_function *f;
	struct store_profile p = { 0 };
	struct profile_lines l;
	struct err err = { "" };

	(void)state;
	assert_int_equal(profile_lines__parse(&l, "f", text, &err), 0);
	assert_true(l.x86);
	assert_int_equal(l.v[0].v[0].n, 4);
	profile__sum(&l.v[0], &symbols, &p);
	f = function(&p, "first", "");
	assert_int_equal(f->count[FUNCTION_INSNS], 2 * 10 + 3);
	assert_int_equal(f->count[FUNCTION_CALLS], 10);
	assert_int_equal(f->caller_calls, 13);
	f = function(&p, "second", "");
	assert_int_equal(f->count[FUNCTION_INSNS], 2 * 10);
	assert_int_equal(f->count[FUNCTION_CALLS], 10);
	f = function(&p, "third", "");
	assert_int_equal(f->caller_calls, 10);
	assert_string_equal(p.v[f->caller].name, "second");
	free(p.v);
	free(p.text);
	profile_lines__release(&l);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		_free_ char *bad = xasprintf("profile 1 x86_64\niteration 0\nimage 1 2\n%s",
					     wrong[i]);

		assert_int_equal(profile_lines__parse(&l, "f", bad, &err), -EPROTO);
		assert_non_null(strstr(err.msg, "f:4: "));
		profile_lines__release(&l);
	}
	assert_int_equal(profile_lines__parse(&l, "f", "profile 1 riscv\nend\n", &err), -EPROTO);
	assert_int_equal(profile_lines__parse(&l, "f", "\nend\n", &err), -EPROTO);
}

static void damaged_blocks(void **state)
{
	static const char *const texts[] = {
		"",
		"blocks 2 5\n",
		"blocks 1 \n",
		"blocks 1 5\n0\t1\t1\n",
		"blocks 1 5\n:f\t\t\n",
		"blocks 1 5\n:f\t\t\t0\t0\n",
		"blocks 1 5\n:f\t\t\t0\t6\n",
		"blocks 1 5\n:f\t\t\t0\t99999999996\n",
		"blocks 1 5\n:f\t\t\t0\t8\n1\t2\t1\n",
		"blocks 1 5\n:f\t\t\t0\t8\n2\t0\t1\n",
		"blocks 1 5\n:f\t\t\t0\t8\n-1\t1\t1\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_free_ char *text = xstrdup(texts[i]);
		struct blocks_function *list;
		struct err err = { "" };
		bool per_op;
		size_t n;

		assert_int_equal(blocks__find(text, "f", NULL, &list, &n, &per_op, &err), -EUCLEAN);
		assert_null(list);
	}
}

/* A compressed file of kilobytes can hold any number of such lines. */
static void endless_blocks(void **state)
{
	static const struct {
		const char *head, *line;
		unsigned int taken;
	} endless[] = {
		{ "", ":f\t\t\t0\t1048576\n", 4 },
		{ ":f\t\t\t0\t4194304\n", "0\t1048576\t1\n", 64 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(endless); i++) {
		for (unsigned int more = 0; more < 2; more++) {
			char *text = xasprintf("blocks 1 5\n%s", endless[i].head);
			struct blocks_function *list;
			struct err err = { "" };
			bool per_op;
			size_t n;

			for (unsigned int k = 0; k < endless[i].taken + more; k++) {
				char *longer = xasprintf("%s%s", text, endless[i].line);

				free(text);
				text = longer;
			}
			assert_int_equal(blocks__find(text, "f", NULL, &list, &n, &per_op, &err),
					 more ? -EUCLEAN : 0);
			blocks__free(list, n);
			free(text);
		}
	}
}

static void functions_of_blocks(void **state)
{
	struct profile_line lines[] = {
		/* Runs from the first into the second function, whose first instruction calls
		 * it. */
		{ .va = 0x1008, .n = 4, .runs = 10, .last = 0xd65f03c0, .event = { 1, 2, 3, 4 } },
		/* bl to the first function from the module: twice from one place, once from
		 * another. */
		{ .va = 0x2000,
		  .n = 2,
		  .runs = 7,
		  .last = 0x94000000 | (0x03ffffff & (0x1000 - 0x2004) / 4) },
		{ .va = 0x1010, .n = 1, .runs = 3, .last = 0x97fffffc },
		/* A loop to the start of the function is not a call. */
		{ .va = 0x1000, .n = 2, .runs = 5, .last = 0x17ffffff },
		{ .va = 0x3000, .n = 1, .runs = 2, .last = 0 },
	};
	struct profile_part part = { .v = lines,
				     .n = ARRAY_SIZE(lines),
				     .total = 40 + 14 + 3 + 10 + 2 + 6 };
	struct store_profile p = { 0 };
	const struct profile_function *f;

	(void)state;
	profile__sum(&part, &some_symbols, &p);
	assert_int_equal(p.kernel, 75);
	f = function(&p, "first", "");
	assert_int_equal(f->count[FUNCTION_INSNS], 2 * 10 + 2 * 5);
	assert_int_equal(f->count[FUNCTION_CALLS], 5);
	assert_int_equal(f->count[FUNCTION_L1D], 1);
	assert_int_equal(f->count[FUNCTION_WALKS_I], 4);
	assert_int_equal(f->caller_calls, 7);
	assert_string_equal(p.v[f->caller].module, "mod");
	f = function(&p, "second", "");
	assert_int_equal(f->count[FUNCTION_INSNS], 2 * 10 + 3);
	assert_int_equal(f->count[FUNCTION_CALLS], 10 + 3);
	assert_int_equal(f->count[FUNCTION_L1D], 0);
	assert_int_equal(f->caller, NO_FUNCTION);
	assert_int_equal(function(&p, "second", "mod")->count[FUNCTION_INSNS], 14);
	blocks_of_functions(&part);
	/* Code without a symbol, and instructions in no block. */
	assert_int_equal(function(&p, "", "")->count[FUNCTION_INSNS], 2 + 6);
	free(p.v);
	free(p.text);
}

/* The names in all releases, with suffixes of the compiler; but not in modules, and not names with
 * the same prefix. */
static void instructions_of_the_map(void **state)
{
	struct profile_function v[] = {
		{ .name = "__create_pgd_mapping_locked", .module = "", .count = { 1, 1 } },
		{ .name = "__create_pgd_mapping.constprop.0", .module = "", .count = { 10, 1 } },
		{ .name = "create_kpti_ng_temp_pgd", .module = "", .count = { 100, 1 } },
		{ .name = "pgattr_change_is_safe", .module = "", .count = { 1000, 1 } },
		{ .name = "pgattr_change_is_safe", .module = "mod", .count = { 10000, 1 } },
		{ .name = "__create_pgd_mapping_locked_x", .module = "", .count = { 20000, 1 } },
		{ .name = "__create_pgd", .module = "", .count = { 40000, 1 } },
		{ .name = "", .module = "", .count = { 80000, 1 } },
		/* Never called: it is other code. */
		{ .name = "pgattr_change_is_safe", .module = "", .count = { 160000 } },
	};

	(void)state;
	assert_int_equal(profile__map_instructions(
				 &(struct store_profile){ .v = v, .n = ARRAY_SIZE(v) }),
			 1111);
	assert_int_equal(profile__map_instructions(&(struct store_profile){ .v = v + 4, .n = 5 }),
			 0);
}

/* As the database stores it, and damaged versions of that. */
static void texts_of_profiles(void **state)
{
	static const char *const bad[] = { "1\t\t\t\t\t\t\t\tf\n",
					   "1\t\t\t\t\t\t3\t\tf\t\n",
					   "4\t\t\t\t\t\t\t\tf\t\n",
					   "x\t\t\t\t\t\t\t\tf\t\n",
					   "1\t\t",
					   "18446744073709551616\t\t\t\t\t\t\t\tf\t\n" };
	struct profile_function list[] = {
		{ .name = "f",
		  .module = "",
		  .count = { 5, 1, 0, 2, 0, 9 },
		  .caller = 1,
		  .caller_calls = 1 },
		{ .name = "", .module = "m", .count = { 6 }, .caller = NO_FUNCTION },
	};
	struct store_profile p = { .kernel = 11, .v = list, .n = 2 }, back = { .kernel = 11 };
	struct err err = { "" };
	size_t len;
	char *text = profile__format(&p, &len);

	(void)state;
	assert_int_equal(profile__parse(&back, text, &err), 0);
	assert_int_equal(back.n, 2);
	assert_memory_equal(back.v[0].count, list[0].count, sizeof(list[0].count));
	assert_int_equal(back.v[0].caller, 1);
	assert_string_equal(back.v[1].module, "m");
	assert_int_equal(back.v[1].caller, NO_FUNCTION);
	free(back.v);
	free(back.text);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct store_profile damaged = { .kernel = 1 };

		assert_int_equal(profile__parse(&damaged, xstrdup(bad[i]), &err), -EUCLEAN);
		free(damaged.v);
		free(damaged.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(mistakes_have_a_line),
		cmocka_unit_test(blocks_of_x86),
		cmocka_unit_test(functions_of_blocks),
		cmocka_unit_test(damaged_blocks),
		cmocka_unit_test(endless_blocks),
		cmocka_unit_test(texts_of_profiles),
		cmocka_unit_test(instructions_of_the_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
