// SPDX-License-Identifier: GPL-2.0-only
/* Numbers with units: what is accepted, what is refused, how they are displayed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/units.h"

#define KEEP 12345u /* the output must be unchanged if the text is refused */

struct number {
	const char *text;
	int ret;
	uint64_t value;
};

typedef int (*parser)(const char *text, uint64_t *out);

static void check(parser parse, const struct number *n, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t v = KEEP;
		int ret = parse(n[i].text, &v);

		if (ret != n[i].ret || v != (n[i].ret ? KEEP : n[i].value))
			print_error("'%s': %d, %llu\n", n[i].text, ret, (unsigned long long)v);
		assert_int_equal(ret, n[i].ret);
		assert_true(v == (n[i].ret ? KEEP : n[i].value));
	}
}

static void integers(void **state)
{
	static const struct number n[] = {
		{ "0", 0, 0 },
		{ "010", 0, 10 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999999999", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "3x", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "1.0", -EINVAL, 0 },
		{ "\xd9\xa3", -EINVAL, 0 }, /* an Arabic three */
	};

	(void)state;
	check(units__u64, n, ARRAY_SIZE(n));
}

static void sizes(void **state)
{
	static const struct number n[] = {
		{ "0", 0, 0 },
		{ "512", 0, 512 },
		{ "4k", 0, 4096 },
		{ "64M", 0, 64ull << 20 },
		{ "2GiB", 0, 2ull << 30 },
		{ "1t", 0, 1ull << 40 },
		{ "16777215T", 0, 16777215ull << 40 },
		{ "16777216T", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "M", -EINVAL, 0 },
		{ "1P", -EINVAL, 0 },
		{ "1MB", -EINVAL, 0 }, /* ambiguous: could be a million */
		{ "1.5G", -EINVAL, 0 },
		{ "1 M", -EINVAL, 0 },
		{ "1MM", -EINVAL, 0 },
		{ "-1M", -EINVAL, 0 },
	};

	(void)state;
	check(units__size, n, ARRAY_SIZE(n));
}

static void durations(void **state)
{
	static const struct number n[] = {
		{ "0", 0, 0 },
		{ "10", 0, 10000000000 },
		{ "1.5s", 0, 1500000000 },
		{ "7ns", 0, 7 },
		{ "0.25us", 0, 250 },
		{ ".5ms", 0, 500000 },
		{ "500ms", 0, 500000000 },
		{ "2m", 0, 120000000000 },
		{ "24h", 0, 86400000000000 },
		{ "2562047h", -ERANGE, 0 },
		{ "99999999999999999999999s", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "s", -EINVAL, 0 },
		{ ".", -EINVAL, 0 },
		{ "1.2.3s", -EINVAL, 0 },
		{ "1 s", -EINVAL, 0 },
		{ "-1s", -EINVAL, 0 },
		{ "1e3s", -EINVAL, 0 },
		{ "1d", -EINVAL, 0 },
		{ "1sec", -EINVAL, 0 },
		{ "infs", -EINVAL, 0 },
	};

	(void)state;
	check(units__duration, n, ARRAY_SIZE(n));
}

static void doubles(void **state)
{
	static const struct {
		const char *text;
		int ret;
		double value;
	} n[] = {
		{ "0", 0, 0 },
		{ "0.1", 0, 0.1 },
		{ "1e3", 0, 1000 },
		{ "2.5E-3", 0, 2.5e-3 },
		{ ".5", 0, .5 },
		{ "5.", 0, 5 },
		{ "1e400", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "1,5", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ "0x1p3", -EINVAL, 0 },
		{ "nan", -EINVAL, 0 },
		{ "inf", -EINVAL, 0 },
		{ "INFINITY", -EINVAL, 0 },
		{ "1e", -EINVAL, 0 },
		{ "e1", -EINVAL, 0 },
		{ "1_000", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(n); i++) {
		double v = KEEP;

		assert_int_equal(units__double(n[i].text, &v), n[i].ret);
		assert_true(v == (n[i].ret ? KEEP : n[i].value));
	}
}

static void hex_in_a_line(void **state)
{
	const char *at = " 0x40210000-4190ffff : x";
	uint64_t v;

	(void)state;
	assert_int_equal(units__hex(&at, &v), 0);
	assert_true(v == 0x40210000 && *at++ == '-');
	assert_int_equal(units__hex(&at, &v), 0);
	assert_true(v == 0x4190ffff);
	assert_string_equal(at, " : x");
	assert_int_equal(units__hex(&at, &v), -EINVAL);
	at = "-1";
	assert_int_equal(units__hex(&at, &v), -EINVAL);
	at = "10000000000000000";
	assert_int_equal(units__hex(&at, &v), -ERANGE);
}

static void cpu_lists(void **state)
{
	static const struct {
		const char *text;
		int ret;
		unsigned int cpus[6];
	} n[] = {
		{ "0", 1, { 0 } },
		{ "0-3", 4, { 0, 1, 2, 3 } },
		{ "0,2-5", 5, { 0, 2, 3, 4, 5 } },
		{ "7,3", 2, { 7, 3 } },
		{ "8191", 1, { 8191 } },
		{ "0-8191", 8192, { 0, 1, 2, 3, 4, 5 } },
		{ "8192", -ERANGE, { 0 } },
		{ "0-18446744073709551615", -ERANGE, { 0 } },
		{ "18446744073709551616", -ERANGE, { 0 } },
		{ "3-1", -EINVAL, { 0 } },
		{ "0,0", -EINVAL, { 0 } },
		{ "0-3,2", -EINVAL, { 0 } },
		{ "", -EINVAL, { 0 } },
		{ ",", -EINVAL, { 0 } },
		{ "0,", -EINVAL, { 0 } },
		{ "0-", -EINVAL, { 0 } },
		{ "-1", -EINVAL, { 0 } },
		{ "0 1", -EINVAL, { 0 } },
		{ "0-2-4", -EINVAL, { 0 } },
		{ "a", -EINVAL, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(n); i++) {
		unsigned int cpus[7] = { 0, 0, 0, 0, 0, 0, 4711 };

		assert_int_equal(units__cpu_list(n[i].text, NULL, 0), n[i].ret);
		assert_int_equal(units__cpu_list(n[i].text, cpus, 6), n[i].ret);
		for (int j = 0; j < n[i].ret && j < 6; j++)
			assert_int_equal(cpus[j], n[i].cpus[j]);
		assert_int_equal(cpus[6], 4711);
	}
}

static void sizes_are_shown(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *want;
	} n[] = {
		{ 0, "0 B" },
		{ 1023, "1023 B" },
		{ 1024, "1 KiB" },
		{ 1536, "1.5 KiB" },
		{ (1 << 20) - 1, "1.0 MiB" },
		{ 2ull << 30, "2 GiB" },
		{ 3ull << 50, "3072 TiB" },
		{ UINT64_MAX, "16777216 TiB" },
	};
	char buf[32], tiny[4];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(n); i++)
		assert_string_equal(units__fmt_size(n[i].bytes, buf, sizeof(buf)), n[i].want);
	assert_string_equal(units__fmt_size(123456, tiny, sizeof(tiny)), "120");
}

static void durations_are_shown(void **state)
{
	static const struct {
		uint64_t ns;
		const char *want;
	} n[] = {
		{ 0, "0ms" },
		{ 450000000, "450ms" },
		{ 999999999, "999ms" },
		{ 1300000000, "1.3s" },
		{ 59999999999, "59.9s" },
		{ 60000000000, "1m00s" },
		{ 125000000000, "2m05s" },
		{ 3599999999999, "59m59s" },
		{ 3600000000000, "1h00m" },
		{ 90000000000000, "25h00m" },
	};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(n); i++)
		assert_string_equal(units__fmt_duration(n[i].ns, buf, sizeof(buf)), n[i].want);
}

static void nearest_words(void **state)
{
	static const char *const words[] = { "boots", "baseline", "memcached", "ampereone" };
	static const struct {
		const char *word, *want;
	} n[] = {
		{ "bots", "boots" },
		{ "bootss", "boots" },
		{ "memcashed", "memcached" },
		{ "amperone", "ampereone" },
		{ "base-line", "baseline" },
		{ "zzzz", NULL },
		{ "", NULL },
		{ "x", NULL },
	};
	char huge[10000];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(n); i++) {
		const char *got = units__nearest(n[i].word, words, ARRAY_SIZE(words));

		if (n[i].want)
			assert_string_equal(got, n[i].want);
		else
			assert_null(got);
	}
	assert_null(units__nearest("boots", words, 0));
	memset(huge, 'b', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	assert_null(units__nearest(huge, words, ARRAY_SIZE(words)));
}

static void put_hex(void **state)
{
	char out[9] = "????????";

	(void)state;
	units__put_hex("\x00\x7f\xa0\xff", 4, out);
	assert_string_equal(out, "007fa0ff");
	units__put_hex("x", 0, out);
	assert_string_equal(out, "");
}

static void whole_numbers_of_any_size(void **state __unused)
{
	assert_true(units__whole(2.9) == 2);
	assert_true(units__whole(-1e300) == 0);
	assert_true(units__whole(NAN) == 0);
	assert_true(units__whole(0x1.fffffffffffffp63) == 0xfffffffffffff800);
	assert_true(units__whole(0x1p64) == UINT64_MAX);
	assert_true(units__whole(INFINITY) == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_hex),	   cmocka_unit_test(integers),
		cmocka_unit_test(sizes),	   cmocka_unit_test(durations),
		cmocka_unit_test(doubles),	   cmocka_unit_test(whole_numbers_of_any_size),
		cmocka_unit_test(hex_in_a_line),   cmocka_unit_test(cpu_lists),
		cmocka_unit_test(sizes_are_shown), cmocka_unit_test(durations_are_shown),
		cmocka_unit_test(nearest_words),
	};

	return cmocka_run_group_tests_name("lib/units", tests, NULL, NULL);
}
