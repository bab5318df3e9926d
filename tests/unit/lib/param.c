// SPDX-License-Identifier: GPL-2.0-only
/* Typed parameters: defaults, every type, ranges, and messages about mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/param.h"

static const struct param table[] = {
	PARAM(.name = "ops", .type = PARAM_INT, .def = "100", .full = "900", .min = 1, .max = 1000),
	PARAM(.name = "any", .type = PARAM_INT, .def = "0"),
	PARAM(.name = "size", .type = PARAM_SIZE, .def = "64M", .min = 4096, .max = 1 << 30),
	PARAM(.name = "time", .type = PARAM_DURATION, .def = "1.5s", .min = 1e6, .max = 60e9),
	PARAM(.name = "ratio", .type = PARAM_NUMBER, .def = "0.9", .min = 0, .max = 1),
	PARAM(.name = "settle", .type = PARAM_BOOL, .def = "true"),
	PARAM(.name = "dist", .type = PARAM_ENUM, .def = "zipf", .choices = "uniform|zipf|z"),
	PARAM(.name = "cpus", .type = PARAM_CPUS, .def = ""),
	PARAM(.name = "text", .type = PARAM_TEXT, .def = "x"),
	{ 0 },
};

static void defaults(void **state)
{
	struct param_set set;

	(void)state;
	param_set__init(&set, table);
	assert_int_equal(set.n, ARRAY_SIZE(table) - 1);
	assert_int_equal(param_set__get(&set, "ops")->u, 100);
	assert_true(param_set__get(&set, "size")->u == 64 << 20);
	assert_true(param_set__get(&set, "time")->u == 1500000000);
	assert_true(param_set__get(&set, "ratio")->d == 0.9);
	assert_int_equal(param_set__get(&set, "settle")->u, 1);
	assert_int_equal(param_set__get(&set, "dist")->u, 1);
	assert_string_equal(param_set__get(&set, "cpus")->text, "");
	param_set__release(&set);
	assert_int_equal(set.n, 0);
	param_set__init_full(&set, table);
	assert_int_equal(param_set__get(&set, "ops")->u, 900);
	assert_true(param_set__get(&set, "size")->u == 64 << 20);
	param_set__release(&set);
	param_set__init(&set, NULL);
	assert_int_equal(set.n, 0);
	param_set__release(&set);
}

static void accepted_texts(void **state)
{
	static const struct {
		const char *name, *text;
		uint64_t u;
		double d;
	} good[] = {
		{ "ops", "1", 1, 0 },
		{ "ops", "1000", 1000, 0 },
		{ "any", "18446744073709551615", UINT64_MAX, 0 },
		{ "size", "4K", 4096, 0 },
		{ "size", "1G", 1 << 30, 0 },
		{ "time", "1ms", 1000000, 0 },
		{ "time", "1m", 60000000000, 0 },
		{ "ratio", "0", 0, 0 },
		{ "ratio", "1e-3", 0, 1e-3 },
		{ "settle", "false", 0, 0 },
		{ "dist", "uniform", 0, 0 },
		{ "dist", "z", 2, 0 },
		{ "cpus", "0-3,5", 0, 0 },
		{ "cpus", "", 0, 0 },
		{ "text", "", 0, 0 },
		{ "text", "anything | at all", 0, 0 },
	};
	struct param_set set;
	struct err err;

	(void)state;
	param_set__init(&set, table);
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		const struct param_value *v = param_set__get(&set, good[i].name);

		assert_int_equal(param_set__put(&set, good[i].name, good[i].text, &err), 0);
		assert_true(v->u == good[i].u && v->d == good[i].d);
		assert_string_equal(v->text, good[i].text);
	}
	param_set__release(&set);
}

static void refused_texts(void **state)
{
	static const struct {
		const char *name, *text;
		int ret;
		const char *want;
	} bad[] = {
		{ "ops", "3x", -EINVAL, "'ops' must be an unsigned integer, not '3x'" },
		{ "ops", "0", -EINVAL, "'ops' is out of range (1 to 1000): '0'" },
		{ "ops", "1001", -EINVAL, "'ops' is out of range (1 to 1000): '1001'" },
		{ "any", "18446744073709551616", -EINVAL,
		  "'any' must be an unsigned integer, not '18446744073709551616'" },
		{ "size", "1.5G", -EINVAL, "'size' must be a size such as 64M, not '1.5G'" },
		{ "size", "1", -EINVAL, "'size' is out of range (4096 to 1073741824 bytes): '1'" },
		{ "time", "1x", -EINVAL,
		  "'time' must be a duration such as 500ms or 10s, not '1x'" },
		{ "time", "2m", -EINVAL,
		  "'time' is out of range (1000000 to 60000000000 ns): '2m'" },
		{ "ratio", "1.1", -EINVAL, "'ratio' is out of range (0 to 1): '1.1'" },
		{ "ratio", "nan", -EINVAL, "'ratio' must be a number, not 'nan'" },
		{ "settle", "yes", -EINVAL, "'settle' must be true or false, not 'yes'" },
		{ "dist", "zip", -EINVAL, "'dist' must be one of uniform|zipf|z, not 'zip'" },
		{ "dist", "uniform|zipf", -EINVAL,
		  "'dist' must be one of uniform|zipf|z, not 'uniform|zipf'" },
		{ "dist", "", -EINVAL, "'dist' must be one of uniform|zipf|z, not ''" },
		{ "cpus", "3-1", -EINVAL, "'cpus' must be a CPU list such as 0-3,5, not '3-1'" },
		{ "sise", "1M", -ENOENT, "unknown parameter 'sise' (did you mean 'size'?)" },
		{ "", "1M", -ENOENT, "unknown parameter ''" },
	};
	struct param_set set;
	struct err err;

	(void)state;
	param_set__init(&set, table);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(param_set__put(&set, bad[i].name, bad[i].text, &err), bad[i].ret);
		assert_string_equal(err.msg, bad[i].want);
	}
	/* The values are unchanged. */
	for (size_t i = 0; i < set.n; i++)
		assert_string_equal(set.v[i].text, table[i].def);
	param_set__release(&set);
}

static void own_text_and_no_error(void **state)
{
	struct param_set set;

	(void)state;
	param_set__init(&set, table);
	assert_int_equal(param_set__put(&set, "ops", param_set__get(&set, "ops")->text, NULL), 0);
	assert_int_equal(param_set__get(&set, "ops")->u, 100);
	assert_int_equal(param_set__put(&set, "ops", "x", NULL), -EINVAL);
	assert_int_equal(param_set__put(&set, "nope", "x", NULL), -ENOENT);
	assert_int_equal(param__check(&table[0], "7", NULL, NULL, NULL), 0);
	param_set__release(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(accepted_texts),
		cmocka_unit_test(refused_texts),
		cmocka_unit_test(own_text_and_no_error),
	};

	return cmocka_run_group_tests_name("lib/param", tests, NULL, NULL);
}
