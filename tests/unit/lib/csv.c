// SPDX-License-Identifier: GPL-2.0-only
/* Tables of foreign numbers: columns in any order, quoting, and where a mistake is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/csv.h"
#include "lib/fs.h"

#include <unistd.h>

static const struct csv_column columns[] = {
	{ "metric", false },
	{ "night", false },
	{ "value", false },
	{ "unit", true },
};

#define N ARRAY_SIZE(columns)

static struct csv *start(const char *text)
{
	struct err err = { "" };
	struct csv *c;

	csv__of_text("t.csv", text, strlen(text), &c);
	assert_int_equal(csv__header(c, columns, N, &err), 0);
	return c;
}

static void columns_in_any_order(void **state)
{
	struct csv *c = start("\xef\xbb\xbfnight,unit,metric,value\r\n\r\n7,s,a,-1.5e3\r\n8,,b,2");
	struct csv_field f[N];
	struct err err;
	double d;
	uint64_t u;

	(void)state;
	assert_int_equal(csv__row(c, f, &err), 1);
	assert_string_equal(f[0].text, "a");
	assert_int_equal(csv__u64(c, &f[1], "night", &u, &err), 0);
	assert_int_equal(u, 7);
	assert_int_equal(csv__double(c, &f[2], "value", &d, &err), 0);
	assert_true(d == -1500);
	assert_string_equal(f[3].text, "s");
	assert_int_equal(f[0].line, 3);
	assert_int_equal(f[0].col, 5);
	assert_int_equal(csv__row(c, f, &err), 1);
	assert_string_equal(f[0].text, "b");
	assert_string_equal(f[2].text, "2");
	assert_string_equal(f[3].text, "");
	assert_int_equal(csv__row(c, f, &err), 0);
	assert_int_equal(csv__row(c, f, &err), 0);
	csv__close(c);
}

static void quotes(void **state)
{
	struct csv *c = start("metric,night,value\n\"a,\"\"b\"\"\nc\",\"1\",\"\"\nd,2,3\n");
	struct csv_field f[N];
	struct err err;

	(void)state;
	assert_int_equal(csv__row(c, f, &err), 1);
	assert_string_equal(f[0].text, "a,\"b\"\nc");
	assert_string_equal(f[1].text, "1");
	assert_int_equal(f[1].line, 3);
	assert_int_equal(f[1].col, 4);
	assert_string_equal(f[2].text, "");
	assert_null(f[3].text);
	assert_int_equal(csv__row(c, f, &err), 1);
	assert_string_equal(f[0].text, "d");
	assert_int_equal(f[0].line, 4);
	csv__close(c);
}

/* Each text is malformed; the message says where. */
static void mistakes(void **state)
{
	static const char *const text[][2] = {
		{ "", "t.csv: empty" },
		{ "\n\n", "t.csv: empty" },
		{ "{\"night\": 1}\n",
		  "t.csv:1:1: expected CSV, a row of column names; this begins like JSON" },
		{ "<html>\n",
		  "t.csv:1:1: expected CSV, a row of column names; this begins like HTML" },
		{ "\x1f\x8b", "t.csv: this is a gzip file" },
		{ "\xff\xfem", "t.csv: this is UTF-16 text" },
		{ "metric,value\n", "t.csv:1:1: column 'night' is missing" },
		{ "metric,night,value,night\n", "t.csv:1:20: column 'night' is there twice" },
		{ "metric,nigth,value\n", "t.csv:1:8: unknown column 'nigth'" },
		{ "metric,night,value\na,1,2\nb,2\n", "t.csv:3:3: the row has 2 fields" },
		{ "metric,night,value\na,1,2,3,4\n", "t.csv:2:7: the row has 5 fields" },
		{ "metric,night,value\na,1,\"2\n", "t.csv:2:5: this quote is never closed" },
		{ "metric,night,value\na,1\"2,3\n", "t.csv:2:3: a quote inside" },
		{ "metric,night,value\na,\"1\"2,3\n", "t.csv:2:3: expected a comma" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text); i++) {
		struct csv_field f[N];
		struct err err = { "" };
		struct csv *c;
		int ret;

		csv__of_text("t.csv", text[i][0], strlen(text[i][0]), &c);
		ret = csv__header(c, columns, N, &err);
		while (!ret && (ret = csv__row(c, f, &err)) > 0)
			ret = 0;
		assert_int_equal(ret, -EINVAL);
		if (!str_starts(err.msg, text[i][1]))
			print_error("%zu: %s\n", i, err.msg);
		assert_true(str_starts(err.msg, text[i][1]));
		csv__close(c);
	}
}

static void nul_byte(void **state)
{
	static const char text[] = "metric,night,value\na\0b,1,2\n";
	struct csv_field f[N];
	struct err err;
	struct csv *c;

	(void)state;
	csv__of_text("t.csv", text, sizeof(text) - 1, &c);
	assert_int_equal(csv__header(c, columns, N, &err), 0);
	assert_int_equal(csv__row(c, f, &err), -EINVAL);
	assert_true(str_starts(err.msg, "t.csv:2:1: a NUL byte"));
	csv__close(c);
}

static void numbers(void **state)
{
	static const char *const bad[][2] = {
		{ "nan", "finite" },  { "-inf", "finite" }, { "1e999", "finite" },
		{ "0x10", "number" }, { "", "number" },	    { " 1", "number" },
		{ "1 ", "number" },   { "--1", "number" },  { "-+1", "number" },
	};
	struct csv *c = start("metric,night,value\n");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char text[16];
		struct csv_field f = { text, strlen(bad[i][0]), 9, 4 };
		struct err err = { "" };
		double d = 5;

		snprintf(text, sizeof(text), "%s", bad[i][0]);
		assert_int_equal(csv__double(c, &f, "value", &d, &err), -EINVAL);
		assert_true(str_starts(err.msg, "t.csv:9:4: value: expected a "));
		assert_non_null(strstr(err.msg, bad[i][1]));
	}
	csv__close(c);
}

/* More rows than fit into the buffer, the last one without a line end. */
static void long_file(void **state)
{
	char path[] = "/tmp/kduel-csv-XXXXXX";
	int fd = mkstemp(path), n = 50000;
	FILE *out = fdopen(fd, "w");
	struct csv_field f[N];
	struct err err;
	struct csv *c;

	(void)state;
	fputs("metric,night,value\n", out);
	for (int i = 0; i < n; i++)
		fprintf(out, "\"metric %d\",%d,%d.5%s", i, i, i, i < n - 1 ? "\n" : "");
	fclose(out);
	assert_int_equal(csv__open(path, &c, &err), 0);
	assert_int_equal(csv__header(c, columns, N, &err), 0);
	for (int i = 0; i < n; i++) {
		char want[32];

		snprintf(want, sizeof(want), "metric %d", i);
		assert_int_equal(csv__row(c, f, &err), 1);
		assert_string_equal(f[0].text, want);
		assert_int_equal(f[2].line, i + 2);
	}
	assert_int_equal(csv__row(c, f, &err), 0);
	csv__close(c);
	unlink(path);
	assert_int_equal(csv__open(path, &c, &err), -ENOENT);
}

/* An open quote must not make the parser read a whole disk into memory. */
static void endless_row(void **state)
{
	char path[] = "/tmp/kduel-csv-XXXXXX";
	FILE *out = fdopen(mkstemp(path), "w");
	struct csv_field f[N];
	struct err err;
	struct csv *c;

	(void)state;
	fputs("metric,night,value\na,1,\"2\n", out);
	for (int i = 0; i < 400000; i++)
		fputs("a,1,2\n", out);
	fclose(out);
	assert_int_equal(csv__open(path, &c, &err), 0);
	assert_int_equal(csv__header(c, columns, N, &err), 0);
	assert_int_equal(csv__row(c, f, &err), -EINVAL);
	assert_non_null(strstr(err.msg, ":2:1: a row of more than"));
	csv__close(c);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_in_any_order),
		cmocka_unit_test(quotes),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(nul_byte),
		cmocka_unit_test(numbers),
		cmocka_unit_test(long_file),
		cmocka_unit_test(endless_row),
	};

	return cmocka_run_group_tests_name("lib/csv", tests, NULL, NULL);
}
