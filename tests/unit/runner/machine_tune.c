// SPDX-License-Identifier: GPL-2.0-only
/* Changing and restoring settings of a real machine, and failures of that. */
/* run.sh: deadlines */
#include "runner/campaign/knobs.h"
#include "runner/machine/tune.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../test_machine.h"

#define CPUFREQ "/sys/devices/system/cpu/cpufreq"
#define DIR "/var/lib/kduel"

struct fixture {
	struct test_machine r;
	struct machine_hold h;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	test_machine__up(&f->r);
	put(f->r.root, CPUFREQ "/policy0/scaling_governor", "schedutil\n");
	put(f->r.root, CPUFREQ "/policy8/scaling_governor", "powersave\n");
	put(f->r.root, "/sys/devices/system/cpu/intel_pstate/no_turbo", "0\n");
	put(f->r.root, "/sys/kernel/mm/transparent_hugepage/enabled", "always\n");
	f->h = (struct machine_hold){ .m = &f->r.m, .ssh = f->r.ssh, .dir = (char *)DIR };
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	strvec__release(&f->h.notes);
	free(f->h.settings);
	test_machine__down(&f->r);
	free(f);
	return 0;
}

static void want(struct fixture *f, const char *governor, const char *boost, const char *thp)
{
	struct plan_tune t = { 0 };

	t.word[TUNE_GOVERNOR] = (char *)governor;
	t.word[TUNE_BOOST] = (char *)boost;
	t.word[TUNE_THP] = (char *)thp;
	free(f->h.settings);
	f->h.settings = tune_changes__script(&t);
}

/* Compare the settings, followed by "changed" if there is a state file. */
static void assert_settings(struct fixture *f, const char *expected)
{
	_free_ char *now =
		test_machine__sh(&f->r, "cd sys; cat devices/system/cpu/cpufreq/*/scaling_governor "
					"devices/system/cpu/intel_pstate/no_turbo "
					"kernel/mm/transparent_hugepage/enabled | tr '\\n' ' '; "
					"[ ! -e .." DIR "/tune ] || echo changed");

	assert_string_equal(now, expected);
}

static void test_there_and_back(void **state)
{
	struct fixture *f = *state;
	struct err err = { "" };

	want(f, "performance", "off", "never");
	if (machine_tune__apply(&f->h, &err))
		fail_msg("%s", err.msg);
	assert_settings(f, "performance performance 1 never changed\n");
	/* The next session finds them changed already. What was before the first one is restored. */
	assert_int_equal(machine_tune__apply(&f->h, &err), 0);
	assert_true(f->h.tuned);
	assert_int_equal(machine_tune__restore(&f->h, &err), 0);
	assert_settings(f, "schedutil powersave 0 always ");
	assert_false(f->h.tuned);
	assert_int_equal(machine_tune__restore(&f->h, &err), 0);
	assert_int_equal(f->h.notes.n, 0);
}

static void test_brackets(void **state)
{
	struct fixture *f = *state;
	struct err err = { "" };

	/* A setting that already has the value is not written. */
	put(f->r.root, "/sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
	want(f, NULL, NULL, "never");
	assert_int_equal(machine_tune__apply(&f->h, &err), 0);
	assert_settings(f, "schedutil powersave 0 always madvise [never] changed\n");
}

static void assert_fails(struct fixture *f, const char *why)
{
	struct err err = { "" };

	assert_int_equal(machine_tune__apply(&f->h, &err), -EOPNOTSUPP);
	assert_int_equal(f->h.ssh.fault, BOOT_MACHINE_TUNE);
	if (!strstr(err.msg, why))
		fail_msg("\"%s\" lacks \"%s\"", err.msg, why);
}

static void test_refused(void **state)
{
	struct fixture *f = *state;

	want(f, "performance", "off", "never");
	free(test_machine__sh(&f->r, "cd sys/kernel/mm/transparent_hugepage; rm enabled; "
				     "ln -s /dev/null enabled"));
	assert_fails(f, "thp: /sys/kernel/mm/transparent_hugepage/enabled was set to 'never' but "
			"reads ''");
	assert_settings(f, "schedutil powersave 0 ");
	free(test_machine__sh(&f->r, "rm -r sys/devices/system/cpu/intel_pstate"));
	assert_fails(f, "boost: this machine does not have that setting; remove the key");
}

static void test_cannot_be_restored(void **state)
{
	struct fixture *f = *state;
	struct err err = { "" };

	want(f, "performance", NULL, NULL);
	assert_int_equal(machine_tune__apply(&f->h, &err), 0);
	put(f->r.root, CPUFREQ "/policy8/scaling_governor", "userspace\n");
	free(test_machine__sh(&f->r, "cd ." DIR "; sed -i 's|policy0|gone|' tune"));
	assert_int_equal(machine_tune__restore(&f->h, &err), 0);
	assert_int_equal(f->h.notes.n, 2);
	assert_non_null(strstr(f->h.notes.v[0], "policy8/scaling_governor reads 'userspace'"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_there_and_back), TEST(test_brackets),
					    TEST(test_refused), TEST(test_cannot_be_restored) };

	if (!test_machine__possible()) {
		printf("1..0 # SKIP this user may not make namespaces (unshare -rm)\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
