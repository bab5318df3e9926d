// SPDX-License-Identifier: GPL-2.0-only
#include "runner/wire/wire.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct wire_msg decode(const char *line)
{
	struct err err = { "" };
	struct wire_msg m;
	int rc = wire_msg__decode(line, strlen(line), &m, &err);

	if (rc)
		fail_msg("%s: %s", line, err.msg);
	return m;
}

/* Encode a message and decode it again. */
static struct wire_msg again(const struct wire_msg *m)
{
	_free_ char *line = wire_msg__encode(m);

	assert_non_null(line);
	assert_int_equal(line[strlen(line) - 1], '\n');
	assert_null(memchr(line, '\n', strlen(line) - 1));
	line[strlen(line) - 1] = '\0';
	return decode(line);
}

static void test_job(void **state __unused)
{
	struct wire_param params[] = { { (char *)"work", (char *)"10ms" },
				       { (char *)"title", (char *)"a \"b\" \\ \xc3\xa4\n" } };
	char *collectors[] = { (char *)"meminfo", (char *)"dmesg" };
	struct wire_msg m = {
		.type = WIRE_JOB, .job = 7, .kind = WIRE_COLLECTOR, .name = (char *)"fio-dmcrypt",
		.params = params, .n_params = 2, .iterations = 10, .phase = 8,
		.max_ms = 5000, .setup_ms = 60000, .seed = 0xfedcba9876543210ull,
		.collectors = collectors, .n_collectors = 2,
	}, r = again(&m);

	assert_int_equal(r.type, WIRE_JOB);
	assert_int_equal(r.job, 7);
	assert_int_equal(r.kind, WIRE_COLLECTOR);
	assert_string_equal(r.name, "fio-dmcrypt");
	assert_int_equal(r.iterations, 10);
	assert_int_equal(r.phase, 8);
	assert_int_equal(r.max_ms, 5000);
	assert_int_equal(r.setup_ms, 60000);
	assert_true(r.seed == 0xfedcba9876543210ull); /* does not fit a signed 64-bit integer */
	assert_int_equal(r.n_params, 2);
	assert_int_equal(r.n_collectors, 2);
	assert_string_equal(r.collectors[1], "dmesg");
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < 2; k++)
			if (streq(r.params[i].name, params[k].name))
				assert_string_equal(r.params[i].value, params[k].value);
	wire_msg__release(&r);
}

static void test_sample_values(void **state __unused)
{
	static const double values[] = { 0,
					 -0.0,
					 1,
					 0.1,
					 1.0 / 3,
					 2023796,
					 -1e-300,
					 5e-324,
					 1.7976931348623157e308,
					 9007199254740993.0 };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct wire_msg m = {
			.type = WIRE_SAMPLE, .job = 1, .iter = WIRE_BOOT,
			.source = (char *)"meminfo", .metric = (char *)"mem_total",
			.value = values[i], .enabled_ns = INT64_MAX, .running_ns = 3,
		}, r = again(&m);

		assert_true(r.value == values[i]); /* exactly */
		assert_int_equal(r.iter, WIRE_BOOT);
		assert_string_equal(r.source, "meminfo");
		assert_string_equal(r.metric, "mem_total");
		assert_true(r.enabled_ns == INT64_MAX && r.running_ns == 3);
		wire_msg__release(&r);
	}
}

static void test_not_finite(void **state __unused)
{
	struct wire_msg m = { .type = WIRE_SAMPLE, .source = (char *)"a", .metric = (char *)"b" };

	m.value = NAN;
	assert_null(wire_msg__encode(&m));
	m.value = INFINITY;
	assert_null(wire_msg__encode(&m));
}

static void test_every_type(void **state __unused)
{
	for (int t = 0; t < WIRE_TYPE_MAX; t++) {
		struct wire_msg m = {
			.type = (enum wire_type)t, .proto = WIRE_PROTO, .job = 3, .iter = 4,
			.status = WIRE_CRASHED, .tainted = true, .last = true, .ns = 123456789,
			.max_ms = 5, .uptime_ns = 99, .name = (char *)"n", .text = (char *)"t",
			.source = (char *)"s", .metric = (char *)"m",
		}, r = again(&m);
		_free_ char *one = wire_msg__encode(&m), *two = wire_msg__encode(&r);

		assert_int_equal(r.type, t);
		assert_string_equal(one, two);
		wire_msg__release(&r);
	}
}

static void test_operations(void **state __unused)
{
	struct wire_msg m = { .type = WIRE_ITER_END, .job = 1, .ns = 5, .ops = 8000 },
			r = again(&m);
	_free_ char *line = NULL;

	assert_int_equal(r.ops, 8000);
	wire_msg__release(&r);
	m.ops = 0;
	line = wire_msg__encode(&m);
	assert_null(strstr(line, "ops"));
	r = again(&m);
	assert_int_equal(r.ops, 0);
	wire_msg__release(&r);
}

static void test_long_text(void **state __unused)
{
	/* These grow differently when encoded: not at all, by replacement, by escaping. */
	static const char fill[] = { 'a', '\xff', '\x01', '"' };

	for (size_t i = 0; i < sizeof(fill); i++) {
		_free_ char *text = xcalloc(1, 3 * WIRE_TEXT_MAX + 1);
		struct wire_msg m = { .type = WIRE_LOG, .text = text }, r;

		memset(text, fill[i], 3 * WIRE_TEXT_MAX);
		r = again(&m);
		assert_true(strlen(r.text) <= WIRE_TEXT_MAX);
		assert_true(strlen(r.text) > WIRE_TEXT_MAX / 2);
		wire_msg__release(&r);
	}
}

static void test_bytes_that_are_no_text(void **state __unused)
{
	static const char *const cases[][2] = {
		{ "plain \xe2\x82\xac \xf0\x9f\x90\xa7", "plain \xe2\x82\xac \xf0\x9f\x90\xa7" },
		{ "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd" }, /* cut short */
		{ "a\xc0\x80z", "a\xef\xbf\xbd\xef\xbf\xbdz" }, /* over-long NUL */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* surrogate */
		{ "\xf5x", "\xef\xbf\xbdx" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct wire_msg m = { .type = WIRE_LOG, .text = (char *)cases[i][0] };
		struct wire_msg r = again(&m);

		assert_string_equal(r.text, cases[i][1]);
		wire_msg__release(&r);
	}
}

static void test_job_too_long(void **state __unused)
{
	_free_ char *big = xcalloc(1, WIRE_VALUE_MAX + 2);
	struct wire_param p[40];
	char names[40][8];
	struct wire_msg m = { .type = WIRE_JOB, .name = (char *)"null", .params = p };

	memset(big, 'x', WIRE_VALUE_MAX + 1);
	for (size_t i = 0; i < 40; i++) {
		snprintf(names[i], sizeof(names[i]), "p%zu", i);
		p[i] = (struct wire_param){ names[i], big };
	}
	m.n_params = 1;
	assert_null(wire_msg__encode(&m)); /* a parameter is never cut */
	big[WIRE_VALUE_MAX] = '\0';
	struct wire_msg r = again(&m);
	wire_msg__release(&r);
	m.n_params = 40;
	assert_null(wire_msg__encode(&m)); /* 160 KiB do not fit into a line */
}

static void test_refused(void **state __unused)
{
	static const char *const bad[][2] = {
		{ "", "JSON" },
		{ "hello", "JSON" },
		{ "{\"t\":\"beat\"", "JSON" },
		{ "{\"t\":\"beat\"} x", "JSON" },
		{ "{\"t\":\"beat\",\"t\":\"bye\"}", "JSON" },
		{ "[1]", "known type" },
		{ "{}", "known type" },
		{ "{\"t\":3}", "known type" },
		{ "{\"t\":\"bet\"}", "type bet" },
		{ "{\"t\":\"beat\",\"more\":1}", "2 members" },
		{ "{\"t\":\"log\"}", "lacks 'text'" },
		{ "{\"t\":\"log\",\"text\":1}", "'text'" },
		{ "{\"t\":\"log\",\"text\":\"a\\u0000b\"}", "JSON" },
		{ "{\"t\":\"fact\",\"key\":\"a b\",\"text\":\"\"}", "'key'" },
		{ "{\"t\":\"fact\",\"key\":\"\",\"text\":\"\"}", "'key'" },
		{ "{\"t\":\"done\",\"job\":-1,\"status\":\"ok\",\"text\":\"\"}", "'job'" },
		{ "{\"t\":\"done\",\"job\":1.0,\"status\":\"ok\",\"text\":\"\"}", "'job'" },
		{ "{\"t\":\"done\",\"job\":4294967296,\"status\":\"ok\",\"text\":\"\"}", "'job'" },
		{ "{\"t\":\"done\",\"job\":1,\"status\":\"good\",\"text\":\"\"}", "'status'" },
		{ "{\"t\":\"iter-begin\",\"job\":1,\"iter\":-1,\"max_ms\":5}", "'iter'" },
		{ "{\"t\":\"iter-begin\",\"job\":1,\"iter\":0,\"max_ms\":0}", "'max_ms'" },
		{ "{\"t\":\"iter-begin\",\"job\":1,\"iter\":0,\"max_ms\":999999999}", "'max_ms'" },
		{ "{\"t\":\"iter-end\",\"job\":1,\"iter\":0,\"ns\":-1,\"tainted\":false}", "'ns'" },
		{ "{\"t\":\"iter-end\",\"job\":1,\"iter\":0,\"ns\":1,\"tainted\":0}", "'tainted'" },
		{ "{\"t\":\"iter-end\",\"job\":1,\"iter\":0,\"ns\":1,\"tainted\":true,\"ops\":0}",
		  "'ops'" },
		{ "{\"t\":\"iter-end\",\"job\":1,\"iter\":0,\"ns\":1,\"tainted\":true,\"opt\":1}",
		  "6 members, expected 5" },
		{ "{\"t\":\"sample\",\"job\":1,\"iter\":-2,\"source\":\"a\",\"metric\":\"b\","
		  "\"value\":1,\"enabled_ns\":0,\"running_ns\":0}",
		  "'iter'" },
		{ "{\"t\":\"sample\",\"job\":1,\"iter\":0,\"source\":\"a\",\"metric\":\"b\","
		  "\"value\":1e999,\"enabled_ns\":0,\"running_ns\":0}",
		  "JSON" },
		{ "{\"t\":\"sample\",\"job\":1,\"iter\":0,\"source\":\"a\",\"metric\":\"b\","
		  "\"value\":\"1\",\"enabled_ns\":0,\"running_ns\":0}",
		  "'value'" },
		{ "{\"t\":\"sample\",\"job\":1,\"iter\":0,\"source\":\"a\",\"metric\":\"b\","
		  "\"value\":1,\"enabled_ns\":18446744073709551615,\"running_ns\":0}",
		  "JSON" },
		{ "{\"t\":\"hello\",\"proto\":2,\"version\":\"v\",\"arch\":\"a\",\"release\":\"r\","
		  "\"uptime_ns\":1}",
		  "speaks protocol 2, expected 1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err err = { "" };
		struct wire_msg m;

		assert_int_equal(wire_msg__decode(bad[i][0], strlen(bad[i][0]), &m, &err), -EPROTO);
		if (!strstr(err.msg, bad[i][1]))
			fail_msg("%s: '%s' does not say %s", bad[i][0], err.msg, bad[i][1]);
	}
}

static void test_refused_jobs(void **state __unused)
{
	static const char job[] = "{\"t\":\"job\",\"job\":1,\"kind\":\"workload\",\"name\":\"n\","
				  "\"params\":%s,\"iterations\":1,\"warmup\":0,\"phase\":0,"
				  "\"max_ms\":1,\"setup_ms\":1,\"seed\":%s,\"collectors\":%s}";
	static const char *const cases[][3] = {
		{ "[]", "\"0\"", "[]" },
		{ "{\"a\":1}", "\"0\"", "[]" },
		{ "{\"a\":\"1\",\"b\":null}", "\"0\"", "[]" },
		{ "{}", "0", "[]" },
		{ "{}", "\"\"", "[]" },
		{ "{}", "\"-1\"", "[]" },
		{ "{}", "\"0x10\"", "[]" },
		{ "{}", "\"00000000000000001\"", "[]" },
		{ "{}", "\"0\"", "{}" },
		{ "{}", "\"0\"", "[\"a\",3]" },
		{ "{}", "\"0\"", "[\"a b\"]" },
	};
	struct wire_msg m;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *line = NULL;

		assert_true(asprintf(&line, job, cases[i][0], cases[i][1], cases[i][2]) > 0);
		if (wire_msg__decode(line, strlen(line), &m, NULL) != -EPROTO)
			fail_msg("accepted: %s", line);
	}
	_free_ char *good = NULL;
	assert_true(asprintf(&good, job, "{}", "\"ffffffffffffffff\"", "[]") > 0);
	m = decode(good);
	assert_true(m.seed == UINT64_MAX);
	wire_msg__release(&m);
}

/* Older programs send "warmup", which only the host needs to know. */
static void test_ignored_member(void **state __unused)
{
	static const char line[] =
		"{\"t\":\"job\",\"job\":1,\"kind\":\"workload\",\"name\":\"n\",\"params\":{},"
		"\"iterations\":3%s,\"phase\":0,\"max_ms\":1,\"setup_ms\":1,\"seed\":\"0\","
		"\"collectors\":[]}";
	_free_ char *with = NULL, *without = NULL, *encoded = NULL;
	struct wire_msg m;

	assert_true(asprintf(&with, line, ",\"warmup\":2") > 0);
	assert_true(asprintf(&without, line, "") > 0);
	m = decode(without);
	wire_msg__release(&m);
	m = decode(with);
	assert_int_equal(m.iterations, 3);
	encoded = wire_msg__encode(&m);
	assert_int_equal(encoded[strlen(encoded) - 1], '\n');
	encoded[strlen(encoded) - 1] = '\0';
	assert_string_equal(encoded, without);
	wire_msg__release(&m);
}

static void test_mutations(void **state __unused)
{
	static const char line[] =
		"{\"t\":\"sample\",\"job\":1,\"iter\":0,\"source\":\"a\",\"metric\":\"b\","
		"\"value\":1.5,\"enabled_ns\":0,\"running_ns\":0}";
	struct wire_msg m;

	/* Replace each byte by every value, and truncate the line everywhere: it must never crash. */
	for (size_t i = 0; i < sizeof(line) - 1; i++) {
		char copy[sizeof(line)];

		for (int c = 0; c < 256; c++) {
			memcpy(copy, line, sizeof(line));
			copy[i] = (char)c;
			if (!wire_msg__decode(copy, sizeof(line) - 1, &m, NULL))
				wire_msg__release(&m);
		}
		assert_int_equal(wire_msg__decode(line, i, &m, NULL), -EPROTO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_job),
		cmocka_unit_test(test_sample_values),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_every_type),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_bytes_that_are_no_text),
		cmocka_unit_test(test_job_too_long),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_jobs),
		cmocka_unit_test(test_ignored_member),
		cmocka_unit_test(test_mutations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
