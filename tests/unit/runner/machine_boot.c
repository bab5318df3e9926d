// SPDX-License-Identifier: GPL-2.0-only
/* The parts of booting a machine that can be tested without one: command line, journal, build ids. */
#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/kernels/files/image.h"
#include "runner/machine/boot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_cmdline(void **state)
{
	(void)state;
	static const struct {
		const char *known_good, *variant, *want;
	} cases[] = {
		{ "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro initrd=\\x", "",
		  "root=/dev/sda1 ro panic=10 kduel.boot=1" },
		/* A variant cannot override panic=, which brings the machine back after a panic. */
		{ "root=a panic=0 kduel.boot=9", "panic=0 quiet",
		  "root=a panic=0 panic=0 quiet panic=10 kduel.boot=1" },
		/* Words after "--" are for init and stay at the end. */
		{ "root=a -- single", "b=c -- x", "root=a b=c panic=10 kduel.boot=1 -- single x" },
		{ "", " two\n words\t", "two words panic=10 kduel.boot=1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *got = machine_boot__cmdline(cases[i].known_good, cases[i].variant,
							 "kduel.boot=1");

		assert_string_equal(got, cases[i].want);
	}
}

static void open_journal(struct journal *j)
{
	struct err err = { "" };

	assert_int_equal(journal__open("m", j, &err), 0);
}

/* The last state is found, even if a crash has cut the line after it short. */
static void test_journal(void **state)
{
	(void)state;
	struct journal j;
	struct err err;
	_free_ char *path = NULL;
	FILE *f;

	open_journal(&j);
	assert_string_equal(j.last, "");
	assert_int_equal(journal__p95(&j, "kexec"), 0);
	assert_int_equal(journal__enter(&j, "go", "plan", 3, &err), 0);
	for (uint64_t i = 1; i <= 20; i++)
		assert_int_equal(journal__took(&j, "kexec", i * NSEC_PER_SEC, &err), 0);
	assert_int_equal(journal__took(&j, "grub", 500 * NSEC_PER_SEC, &err), 0);
	path = xstrdup(j.path);
	journal__close(&j);
	f = fopen(path, "a");
	fputs("at 12 plan 4 know", f);
	fclose(f);
	open_journal(&j);
	assert_string_equal(j.last, "go");
	assert_int_equal(journal__p95(&j, "kexec"), 19 * NSEC_PER_SEC);
	assert_int_equal(journal__p95(&j, "grub"), 500 * NSEC_PER_SEC);
	assert_int_equal(journal__enter(&j, "known-good", "plan", 0, &err), 0);
	journal__close(&j);
	open_journal(&j);
	assert_string_equal(j.last, "known-good");
	journal__close(&j);
}

/* All GNU build ids of an Image are found; notes that are cut short or of other types are ignored. */
static void test_build_ids(void **state)
{
	static const char head[] = "\4\0\0\0\24\0\0\0\3\0\0\0GNU";
	static const char magic[] = { 'A', 'R', 'M', 0x64 };
	char image[256] = { 0 };
	_free_ char *path = xasprintf("%s/Image", (const char *)*state);
	_cleanup_(strvec__release) struct strvec ids = { 0 };
	struct err err = { "" };

	memcpy(image + 56, magic, sizeof(magic));
	memcpy(image + 70, head, sizeof(head));
	memset(image + 70 + sizeof(head), 0xab, 20);
	memcpy(image + 120, head, sizeof(head));
	image[120 + 8] = 4;
	memcpy(image + 160, head, sizeof(head));
	memset(image + 160 + sizeof(head), 0x01, 20);
	memcpy(image + sizeof(image) - sizeof(head) - 19, head, sizeof(head));
	assert_int_equal(fs__write_atomic(path, image, sizeof(image)), 0);
	assert_int_equal(image__build_ids(path, &ids, &err), 0);
	assert_int_equal(ids.n, 2);
	assert_string_equal(ids.v[0], "abababababababababababababababababababab");
	assert_string_equal(ids.v[1], "0101010101010101010101010101010101010101");
}

static int make_cache(void **state)
{
	char dir[] = "/tmp/kduel-journal-XXXXXX";

	*state = mkdtemp(dir) ? xstrdup(dir) : NULL;
	return !*state || setenv("XDG_CACHE_HOME", *state, 1);
}

static int remove_cache(void **state)
{
	fs__rm_rf(*state);
	free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cmdline),
		cmocka_unit_test(test_journal),
		cmocka_unit_test(test_build_ids),
	};

	return cmocka_run_group_tests(tests, make_cache, remove_cache);
}
