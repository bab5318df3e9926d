// SPDX-License-Identifier: GPL-2.0-only
/* exec: its rules, what they match, and commands that are really run; the format of GNU time. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "tests/unit/job_fixture.h"
#include "workloads/output/exec_rule.h"
#include "workloads/output/regex_size.h"
#include "workloads/output/gnu_time.h"

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-9)

static void sizes(void **state __unused)
{
	static const struct {
		const char *ere;
		double size;
	} list[] = {
		{ "", 0 },
		{ "abc", 3 },
		{ "a|b", 3 },
		{ "^x$", 3 },
		{ "[]a-z[:digit:]]x", 2 },
		{ "[^]]+", 2 },
		{ "[]", 1 },
		{ "\\(x\\)", 3 },
		{ "x*y?", 4 },
		{ "x+", 2 },
		{ "x+++", 8 },
		{ "x{3}", 4 },
		{ "x{2,9}y", 11 },
		{ "x{3,}", 4 },
		{ "(xy)+", 6 },
		{ "((a+)+)+", 2 * (1 + 2 * (1 + 2)) },
		{ "x{", 2 },
		{ "x)", 2 },
		{ ")+", 2 },
		{ "+++", 4 },
		{ "(**", 3 },
		{ "(x", 2 },
		{ "took ([0-9]+[.][0-9]{1,6}) s", 5 + 1 + 2 + 1 + 7 + 2 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		if (fabs(regex_size(list[i].ere) - list[i].size) > 1e-9)
			fail_msg("'%s': %g, not %g", list[i].ere, regex_size(list[i].ere),
				 list[i].size);
}

static void bad_rules(void **state __unused)
{
	static const char *const bad[][2] = {
		{ "", "none is given" },
		{ "# only words\n\n", "none is given" },
		{ "Name s lower regex (x)", "line 1: expected 'NAME" },
		{ "\na", "line 2: a: expected a unit" },
		{ "a s", "expected lower or higher" },
		{ "a s less regex (x)", "found 'less'" },
		{ "a s lower", "expected regex or json" },
		{ "a s lower grep (x)", "found 'grep'" },
		{ "a s lower regex x", "has no group" },
		{ "a s lower regex (x", "not a regular expression" },
		{ "a s lower regex (x+++++++++++++++++++++++++++++++++++++)", "its repetitions" },
		{ "a s lower regex (((x{100}){100}){9})", "its repetitions" },
		{ "a s lower regex (x?*?*?*?*?*?*?*?*)", "its repetitions" },
		{ "a s lower regex (x{1,32767})", "its repetitions" },
		{ "a s lower regex ((((((((((((((((((((((((((((((((((x))))))))))))))))))))))))))))))))))",
		  "its repetitions" },
		{ "a s lower json x", "not a JSON pointer" },
		{ "a s lower json /a~2", "~0" },
		{ "a s lower regex (x)\na s lower regex (y)", "line 2: metric a is listed twice" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct exec_rules rules;
		struct err err = { "" };

		assert_int_equal(exec_rules__parse(bad[i][0], &rules, &err), -EINVAL);
		if (!strstr(err.msg, bad[i][1]))
			fail_msg("'%s': '%s' lacks '%s'", bad[i][0], err.msg, bad[i][1]);
		exec_rules__release(&rules);
	}
}

static int find(const char *rule, const char *text, double *v, struct err *err)
{
	struct exec_rules rules;
	int ret = exec_rules__parse(rule, &rules, err);

	if (ret)
		fail_msg("%s", err->msg);
	ret = exec_rule__apply(&rules.v[0], text, strlen(text), v, err);
	exec_rules__release(&rules);
	return ret;
}

static void what_rules_find(void **state __unused)
{
	static const char json[] = "starting\n{\"a\": 1}\n{\"a/b\": {\"~\": [1, {\"x\": -2.5}]}}\n";
	struct err err;
	double v;

	assert_int_equal(find("t s lower regex ^took ([0-9.]+) s$", "took 1 s\r\ntook 2.5 s\n", &v,
			      &err),
			 0);
	NEAR(v, 2.5);
	assert_int_equal(find("t s lower regex (-?[0-9]+)", "x -3", &v, &err), 0);
	NEAR(v, -3);
	assert_int_equal(find("t s lower json /a~1b/~0/1/x", json, &v, &err), 0);
	NEAR(v, -2.5);
	assert_int_equal(find("t s lower json /a", json, &v, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "no number at /a"));
	assert_int_equal(find("t s lower json /a~1b/~0/7", json, &v, &err), -EPROTO);
	assert_int_equal(find("t s lower json /a", "{\"a\": 1", &v, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "no complete JSON"));
	assert_int_equal(find("t s lower regex x(.*)", "y", &v, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "no line"));
	assert_int_equal(find("t s lower regex x(.*)", "xy", &v, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "'y'"));
}

/* Where the last document begins, and what is at its root. */
static void pointers(void **state __unused)
{
	static const struct {
		const char *rule, *text;
		double value; /* NAN: refused */
		const char *says;
	} cases[] = {
		{ "/0/v", "[\n{\"v\":5},\n{\"v\":7}\n]\n", 5, NULL },
		{ "/v", "[\n{\"v\":5},\n{\"v\":7}\n]\n", NAN, "no number at /v" },
		{ "/a/v", "x\n  {\n    \"a\":\n    {\n \"v\": 1\n},\n \"v\": 2}\nend\n", 1, NULL },
		{ "/v", "  {\n    \"a\":\n    {\n \"v\": 1\n},\n \"v\": 2}\nend\n", 2, NULL },
		{ "/1", "[   12.345678] a log\n[INFO] x\n[1, 2]\n[ 13.5] end\n[x]\n", 2, NULL },
		{ "/1/0", "\t[[1],\n[2]]\n", 2, NULL },
		{ "/v", "{\"v\": 1}{\"v\": 2} done\n", 2, NULL },
		{ "/v", "{ echo; }\n{\"v\": 3}\n{ }\n", NAN, "no number at /v" },
		{ "/v", "{\"big\": 123456789012345678901234567890, \"v\": 4}\n", 4, NULL },
		{ "/big", "{\"big\": 18446744073709551616}\n", 0x1p64, NULL },
		{ "/big", "{\"big\": 9007199254740993}\n", 0x1p53, NULL },
		{ "/", "{\"\": 6}", 6, NULL },
		{ "/a//b", "{\"a\": {\"\": {\"b\": 6}}}", 6, NULL },
		{ "/a/", "{\"a\": {\"\": 8}}", 8, NULL },
		{ "/~01", "{\"~1\": 6, \"/\": 7}", 6, NULL },
		{ "/-", "[1]", NAN, "no number at /-" },
		{ "/-", "{\"-\": 9}", 9, NULL },
		{ "/01", "[1, 2]", NAN, "no number at /01" },
		{ "/0", "{\"0\": 3}", 3, NULL },
		{ "/v", "{\"v\": \"5\"}", NAN, "no number" },
		{ "/v", "{\"v\": 1e999}", NAN, "line 1 is truncated or malformed" },
		{ "/v", "{\"v\": 1}\n{\"v\": 2,\n\"w\": nan,\n{\"v\": 3}\n}\n", NAN,
		  "line 2 is truncated or malformed" },
		{ "/v", "{\"v\": 1}\n[\n{\"v\": 2},\n", NAN, "line 2 is truncated or malformed" },
		{ "/0/v", "[{\"v\": 1},\n{\"v\": 2}", NAN, "line 1 is truncated or malformed" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *rule = xasprintf("t s lower json %s", cases[i].rule);
		struct err err = { "" };
		double v = NAN;
		int ret = find(rule, cases[i].text, &v, &err);

		if (cases[i].says ? ret != -EPROTO || !strstr(err.msg, cases[i].says) :
				    ret || v != cases[i].value)
			fail_msg("%s in '%s': %d, %g, %s", cases[i].rule, cases[i].text, ret, v,
				 err.msg);
	}
}

/* Run two iterations, as the agent does. */
static int work(struct fixture *f)
{
	int ret = f->wl->supported(&f->job);

	if (!ret)
		ret = f->wl->setup(&f->job);
	for (int i = 0; !ret && i < 2; i++) {
		job__clear_samples(&f->job);
		ret = f->wl->run(&f->job);
		if (!ret)
			ret = f->wl->verify(&f->job);
	}
	f->wl->teardown(&f->job);
	return ret;
}

static void commands(void **state __unused)
{
	struct fixture f;

	fixture__begin(&f, "exec", "command", "cat seven; echo \"it's $((6 * 7))\"", "setup",
		       "echo seven 7 >seven", "metrics",
		       "# two\nseven n higher regex seven ([0-9]+)\nits n lower regex s ([0-9]+)$",
		       "cleanup", "exit 3", NULL);
	assert_int_equal(f.declared.n, 2);
	assert_int_equal(f.declared.v[0].better, BETTER_HIGHER);
	if (work(&f))
		fail_msg("%s", f.job.err.msg);
	NEAR(fixture__value(&f, "seven"), 7);
	NEAR(fixture__value(&f, "its"), 42);
	assert_string_equal(f.job.facts[0].key, "exec/cleanup");
	fixture__end(&f);

	fixture__begin(&f, "exec", "command", "echo '{\"ms\": 5}' >out.json", "output", "out.json",
		       "metrics", "ms ms lower json /ms", NULL);
	if (work(&f))
		fail_msg("%s", f.job.err.msg);
	NEAR(fixture__value(&f, "ms"), 5);
	fixture__end(&f);
}

/* The modules that were to be loaded in the guest: "NAME(OPTIONS)", concatenated. */
static char loaded[256];

static int load(void *arg __unused, const char *name, const char *options, struct err *err)
{
	size_t n = strlen(loaded);

	snprintf(loaded + n, sizeof(loaded) - n, "%s(%s)", name, options ? options : "");
	return streq(name, "none") ? err__set(err, -ENOENT, "no module none") : 0;
}

static void modules(void **state __unused)
{
	struct strvec names = { 0 };
	struct fixture f;

	fixture__begin(&f, "exec", "command", "true", "modules",
		       "brd  rd_nr=1 rd_size=65536\n\n  zram\n", NULL);
	f.env.modprobe = load;
	f.wl->more_modules(&f.params, &names);
	assert_int_equal(names.n, 2);
	assert_string_equal(names.v[0], "brd");
	assert_string_equal(names.v[1], "zram");
	strvec__release(&names);
	if (work(&f))
		fail_msg("%s", f.job.err.msg);
	assert_string_equal(loaded, "brd(rd_nr=1 rd_size=65536)zram()");
	fixture__end(&f);

	fixture__begin(&f, "exec", "command", "true", "modules", "none", NULL);
	f.env.modprobe = load;
	assert_int_equal(work(&f), -ENOENT);
	fixture__end(&f);
}

static void failing_commands(void **state __unused)
{
	static const char metrics[] = "a n lower regex a ([0-9]+)";
	struct fixture f;

	fixture__begin(&f, "exec", "command", "echo a 1; echo broken >&2; exit 4", "metrics",
		       metrics, NULL);
	assert_int_equal(work(&f), -EIO);
	assert_non_null(strstr(f.job.err.msg, "broken"));
	fixture__end(&f);
	/* The work is skipped: output of an earlier run does not count. */
	fixture__begin(&f, "exec", "command", "test -e ran || { echo a 1 >out; touch ran; }",
		       "output", "out", "metrics", metrics, NULL);
	assert_int_equal(work(&f), -ENOENT);
	fixture__end(&f);
	fixture__begin(&f, "exec", "command", "true", "metrics", metrics, NULL);
	assert_int_equal(work(&f), -EPROTO);
	fixture__end(&f);
}

static void builds(void **state __unused)
{
	_free_ char *ok = fixture__load("time/ok.txt", NULL);
	_free_ char *failed = fixture__load("time/failed.txt", NULL);
	const char *p = ok;
	struct gnu_time t;
	struct fixture f;
	struct err err;

	assert_int_equal(gnu_time__next(&p, &t, &err), 0);
	NEAR(t.user, 0.01);
	NEAR(t.system, 0.01);
	NEAR(t.elapsed, 0.21);
	assert_int_equal(gnu_time__next(&p, &t, &err), -ENOENT);
	p = failed;
	assert_int_equal(gnu_time__next(&p, &t, &err), -EIO);
	assert_non_null(strstr(err.msg, "non-zero status 2"));
	p = "1.5user 2system 1:02:03elapsed 9%CPU";
	assert_int_equal(gnu_time__next(&p, &t, &err), 0);
	NEAR(t.elapsed, 3723);
	fixture__begin(&f, "kernbench", NULL);
	p = "1.5user 2system 1:02.50elapsed 9%CPU\nmake\n1.6user 2system 1:03.50elapsed 9%CPU\n";
	assert_int_equal(f.wl->parse(&f.job, p, strlen(p)), 0);
	assert_int_equal(f.job.n_samples, 6); /* two builds */
	NEAR(f.job.samples[2].value, 62.5);
	NEAR(f.job.samples[5].value, 63.5);
	fixture__refuses(&f, "", "no line");
	fixture__refuses(&f, "1.5user 2system elapsed", "no line");
	fixture__refuses(&f, "1.5user 2system 3elapsed", "no line");
	fixture__refuses(&f, "1.5user 2system 1:2:3:4elapsed", "no line");
	fixture__refuses(&f, "1.5user -2system 1:02elapsed", "no line");
	fixture__refuses(&f, "1,5user 2,0system 0:03,50elapsed 99%CPU\n", "found '1,5user");
	fixture__refuses(&f, "0user 0system 0:00.00elapsed", "no measurable time");
	fixture__end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_rules),	    cmocka_unit_test(sizes),
		cmocka_unit_test(what_rules_find),  cmocka_unit_test(pointers),
		cmocka_unit_test(commands),	    cmocka_unit_test(modules),
		cmocka_unit_test(failing_commands), cmocka_unit_test(builds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
