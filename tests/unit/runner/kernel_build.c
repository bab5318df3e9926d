// SPDX-License-Identifier: GPL-2.0-only
/* Parsers of a kernel build. The output of git in tests/data/patch is that of `git apply` 2.39. */
#include <stddef.h>

#include "lib/fs.h"
#include "runner/kernels/build/patch.h"
#include "runner/kernels/build/build.h"
#include "runner/kernels/build/fragment.h"
#include "runner/kernels/build/kconfig.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char *complaint(const char *name)
{
	_free_ char *path = xasprintf("tests/data/patch/%s", name), *text = NULL;

	assert_int_equal(fs__read(path, 1 << 20, &text, NULL), 0);
	return build_patch__complaint(text);
}

static void patch_talk(void **state __unused)
{
	_free_ char *hunk = complaint("hunk.txt"), *gone = complaint("gone.txt");
	_free_ char *junk = complaint("junk.txt"), *cut = complaint("cut.txt");
	_free_ char *alone = NULL, *no_line = NULL;

	assert_string_equal(hunk, "mm/x.c: hunk 2 of 2 does not apply at line 17");
	assert_string_equal(gone, "there is no mm/gone.c");
	assert_string_equal(junk, "there is no diff in it");
	assert_string_equal(cut, "the diff is damaged or cut off (corrupt patch at line 6)");
	alone = build_patch__complaint("error: patch failed: a:b:12\nerror: c: No such file\n");
	assert_string_equal(alone, "a:b: a hunk does not apply at line 12");
	no_line = build_patch__complaint("error: patch failed: a");
	assert_string_equal(no_line, "a: a hunk does not apply at line ?");
	assert_null(build_patch__complaint(""));
	assert_null(build_patch__complaint(
		"Checking patch a...\nHunk #1 succeeded at 3 (offset 1 line).\n"
		"Applied patch a cleanly.\n"));
}

static struct fragments parse(const char *text)
{
	struct fragments f = { 0 };
	struct err err;

	if (fragments__parse(&f, "f", text, &err))
		fail_msg("%s", err.msg);
	return f;
}

static void later_lines_win(void **state __unused)
{
	struct fragments f = parse(
		"# why\n\nCONFIG_A=y\nCONFIG_N=\"a b\"\n?CONFIG_B=m\r\n# CONFIG_A is not set\n");
	_free_ char *text = fragments__format(&f);

	assert_string_equal(text, "CONFIG_N=\"a b\"\nCONFIG_B=m\n# CONFIG_A is not set\n");
	assert_int_equal(f.v[1].line, 5);
	assert_true(f.v[1].optional && !f.v[2].optional);
	fragments__release(&f);
}

static void refuses(const char *text, const char *want)
{
	struct fragments f = { 0 };
	struct err err = { "" };

	assert_int_equal(fragments__parse(&f, "f", text, &err), -EINVAL);
	if (!strstr(err.msg, want))
		fail_msg("'%s' lacks '%s'", err.msg, want);
	fragments__release(&f);
}

static void broken_lines(void **state __unused)
{
	refuses("CONFIG_A\n", "f:1: expected CONFIG_NAME=VALUE");
	refuses("CONFIG_A=y\nA=y", "f:2: ");
	refuses("CONFIG_A=y # why\n", "found 'CONFIG_A=y # why'");
	refuses("CONFIG_A=\n", "f:1: ");
	refuses("CONFIG_=y\n", "f:1: ");
	refuses("CONFIG_A=\"open\n", "f:1: ");
	refuses(" CONFIG_A=y\n", "f:1: ");
}

static const char kconfig[] = "menuconfig NET\n\tbool\nif NET\nconfig\tINET\n  config IPV6\n"
			      "configure X\nhelp\n  see config of it\n";

static void symbols_of_kconfig(void **state __unused)
{
	struct fragments f = parse(
		"CONFIG_NET=y\n?CONFIG_NEW=y\n# CONFIG_INE is not set\nCONFIG_IPV4=y\n"
		"?CONFIG_OLD=n\n");
	struct strvec symbols = { 0 };
	struct err err, off;

	kconfig__scan(kconfig, &symbols);
	strvec__sort_unique(&symbols);
	assert_true(strvec__has(&symbols, "NET") && strvec__has(&symbols, "INET") &&
		    strvec__has(&symbols, "IPV6") && !strvec__has(&symbols, "X"));
	assert_int_equal(fragments__check_known(&f, &symbols, &off, &err), -EINVAL);
	assert_string_equal(err.msg, "f:4: CONFIG_IPV4: this kernel has no such symbol (did you "
				     "mean CONFIG_IPV6?)");
	assert_string_equal(off.msg, "f:3: CONFIG_INE: this kernel has no such symbol (did you "
				     "mean CONFIG_INET?)");
	assert_int_equal(f.n, 2);
	fragments__release(&f);
	strvec__release(&symbols);
}

static void what_did_not_stick(void **state __unused)
{
	struct fragments f = parse(
		"CONFIG_A=y\nCONFIG_B=m\n?CONFIG_C=y\nCONFIG_D=n\nCONFIG_AB=64\n");
	struct err err;

	assert_int_equal(fragments__check_config(&f, "CONFIG_A=y\nCONFIG_B=m\nCONFIG_AB=64\n",
						 &err),
			 0);
	assert_int_equal(fragments__check_config(&f, "CONFIG_A=m\nCONFIG_AB=64\nCONFIG_D=y\n",
						 &err),
			 -EINVAL);
	assert_non_null(strstr(err.msg, "f:1: CONFIG_A=y had no effect: the kernel has m"));
	assert_non_null(strstr(err.msg, "f:2: CONFIG_B=m had no effect: the kernel has n"));
	assert_non_null(strstr(err.msg, "f:4: CONFIG_D=n had no effect: the kernel has y"));
	assert_null(strstr(err.msg, "f:5:"));
	fragments__release(&f);
}

static void recipes_come_back(void **state __unused)
{
	struct build_spec a = { .source = (char *)"linux-source-*",
				.arch = (char *)"arm64",
				.base = (char *)"allnoconfig" },
			  b;
	_free_ char *text = NULL;

	strvec__push(&a.suites, "trixie");
	strvec__push(&a.config, "/x/guest.config");
	text = build_spec__to_json(&a);
	assert_int_equal(build_spec__from_json(text, &b), 0);
	assert_true(build_spec__equal(&a, &b));
	strvec__push(&b.patches, "/x/a.patch");
	assert_false(build_spec__equal(&a, &b));
	build_spec__release(&b);
	strvec__release(&a.suites);
	strvec__release(&a.config);
	assert_int_equal(build_spec__from_json("{}", &b), -EINVAL);
	assert_int_equal(build_spec__from_json("[", &b), -EINVAL);
	assert_int_equal(build_spec__from_json("{\"arch\":\"a\",\"base\":\"b\",\"git\":\"g\"}", &b),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patch_talk),	      cmocka_unit_test(later_lines_win),
		cmocka_unit_test(broken_lines),	      cmocka_unit_test(symbols_of_kconfig),
		cmocka_unit_test(what_did_not_stick), cmocka_unit_test(recipes_come_back),
	};

	return cmocka_run_group_tests_name("runner/kernel-build", tests, NULL, NULL);
}
