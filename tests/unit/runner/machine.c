// SPDX-License-Identifier: GPL-2.0-only
/* Machine files: reading, mistakes, and reading back what was written. */
#include "lib/clock.h"
#include "runner/machine/file.h"
#include "runner/machine/ssh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct machine *parse(const char *text, struct err *err)
{
	struct machine *m;

	*err = (struct err){ "" };
	(void)machine__parse("m", "m.yaml", text, strlen(text), &m, err);
	return m;
}

static void test_defaults(void **state)
{
	(void)state;
	struct err err;
	_cleanup_(machine__freep) struct machine *m = parse("host: sut1\n", &err);

	assert_non_null(m);
	assert_string_equal(m->host, "sut1");
	assert_null(m->user);
	assert_int_equal(m->root, MACHINE_SUDO);
	assert_int_equal(m->port, 0);
	assert_int_equal(m->deadlines.connect, 30 * NSEC_PER_SEC);
	assert_int_equal(m->deadlines.down, 120 * NSEC_PER_SEC);
	assert_int_equal(m->deadlines.up, 0);
	assert_int_equal(m->deadlines.silence, 15 * NSEC_PER_SEC);
	assert_int_equal(m->boot, MACHINE_BOOT_AUTO);
	assert_null(m->watchdog);
	assert_false(m->disposable);
	assert_false(m->kexec_unchecked);
}

static void test_round_trip(void **state)
{
	(void)state;
	static const char text[] =
		"host: \"fe80::1%eth0\"\nuser: \"ci\"\nport: 2222\nssh_config: \"/c \\\"q\\\"\"\n"
		"root: no\nconsole: \"ipmitool -f 'p w' sol activate\"\npower:\n"
		"  status: \"curl -sf https://bmc/\"\n";
	struct err err;
	_cleanup_(machine__freep) struct machine *m = parse(text, &err);
	_free_ char *again = NULL;

	assert_string_equal(err.msg, "");
	assert_string_equal(m->ssh_config, "/c \"q\"");
	assert_int_equal(m->root, MACHINE_NO_ROOT);
	again = machine__format(m);
	assert_string_equal(again, text);
}

static void test_round_trip_of_booting(void **state)
{
	(void)state;
	static const char text[] =
		"host: \"sut1\"\nroot: sudo\nboot: kexec\nknown_good: \"6.1.0-40-arm64\"\n"
		"power:\n  on: \"bmc on\"\n  off: \"bmc off\"\n  cycle: \"bmc cycle\"\n"
		"  status: \"bmc status\"\nwatchdog: \"/dev/watchdog1\"\ndisposable: yes\n"
		"kexec: {integrity: no}\n"
		"deadlines:\n  power: 90000000000ns\n  up: 1500000000000ns\n";
	static const char command[] =
		"host: \"sut1\"\nroot: sudo\nboot: command\nboot_command: \"arm \\\"$KDUEL_IMAGE\\\"\"\n";
	struct err err;
	_cleanup_(machine__freep) struct machine *m = parse(text, &err), *c = parse(command, &err);
	_free_ char *again = NULL, *same = NULL;

	assert_string_equal(err.msg, "");
	again = machine__format(m);
	same = machine__format(c);
	assert_string_equal(again, text);
	assert_int_equal(m->boot, MACHINE_BOOT_KEXEC);
	assert_string_equal(m->power.cycle, "bmc cycle");
	assert_true(m->disposable && m->kexec_unchecked);
	assert_int_equal(m->deadlines.up, 1500 * NSEC_PER_SEC);
	assert_string_equal(same, command);
	assert_string_equal(c->boot_command, "arm \"$KDUEL_IMAGE\"");
}

static void test_watchdog(void **state)
{
	(void)state;
	struct err err;
	_cleanup_(machine__freep) struct machine *yes = parse("host: a\nwatchdog: yes\n", &err);
	_cleanup_(machine__freep) struct machine *no = parse("host: a\nwatchdog: no\n", &err);

	assert_string_equal(yes->watchdog, "/dev/watchdog");
	assert_null(no->watchdog);
}

static void test_mistakes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "host: [a]", "m.yaml:1:7: 'host' must be" },
		{ "host: \"\"", "m.yaml:1:7: 'host' must be" },
		{ "host: -v", "m.yaml:1:7: 'host' must be" },
		{ "host: a b", "m.yaml:1:7: 'host' must be" },
		{ "host: me@there", "m.yaml:1:7: 'host' must be" },
		{ "host: a\nuser: -l", "m.yaml:2:7: 'user' must be" },
		{ "host: a\nroot: su", "m.yaml:2:7: " },
		{ "host: a\nhost: b", "m.yaml:2:1: " },
		{ "host: a\nport: 0", "m.yaml:2:7: 'port'" },
		{ "host: a\ndeadlines: {boot: 1s}", "m.yaml:2:13: unknown key 'boot'" },
		{ "host: a\ndeadlines: {push: 2d}", "m.yaml:2:19: " },
		{ "host: a\ndeadlines: {silence: 2s}", "m.yaml:2:22: " },
		{ "host: a\npower: off", "m.yaml:2:8: " },
		{ "host: a\npower: {status: s, off: o}",
		  "m.yaml:2:8: 'power' has 'off' but lacks" },
		{ "host: a\npower: {status: s, on: o}",
		  "m.yaml:2:8: 'power' has 'on' but neither" },
		{ "host: a\npower: {status: s, reset: o}", "m.yaml:2:20: unknown key 'reset'" },
		{ "host: a\nboot: pxe", "m.yaml:2:7: " },
		{ "host: a\nboot: command", "m.yaml:1:1: 'boot: command' lacks 'boot_command'" },
		{ "host: a\nboot_command: x", "m.yaml:2:15: 'boot_command' does not apply" },
		{ "host: a\nboot: grub\nkexec: {integrity: no}", "m.yaml:3:8: 'kexec' does not" },
		{ "host: a\nboot: kexec\nkexec: {integrity: 1}", "m.yaml:3:20: " },
		{ "host: a\nboot: grub\nroot: no", "m.yaml:1:1: 'boot: grub' needs root" },
		{ "host: a\nwatchdog: dog", "m.yaml:2:11: 'watchdog' must be" },
		{ "host: a\nwatchdog: /dev/../x", "m.yaml:2:11: 'watchdog' must be" },
		{ "host: a\ndisposable: maybe", "m.yaml:2:13: " },
		{ "host: a\ndeadlines: {up: 10ms}", "m.yaml:2:17: " },
		{ "host: a\nconsole: \"a\\nb\"", "m.yaml:2:10: " },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err;

		assert_null(parse(cases[i].text, &err));
		if (!str_starts(err.msg, cases[i].message))
			fail_msg("%s: %s", cases[i].text, err.msg);
	}
}

static void test_names(void **state)
{
	(void)state;
	static const char *const bad[] = { "", ".", "..", "a/b", "-a", ".a", "a b" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(machine__check_name(bad[i], NULL), -EINVAL);
	assert_int_equal(machine__check_name("sut-1.lab", NULL), 0);
}

/* Values for scripts are quoted correctly, whatever they contain. */
static void test_values(void **state)
{
	(void)state;
	_free_ char *text = ssh__values("a", "it's $(id) `id`", "b", "", NULL);
	_free_ char *script = xasprintf("%sprintf '%%s|%%s' \"$a\" \"$b\"", text);
	FILE *f = popen(script, "r");
	char got[64] = "";

	assert_non_null(f);
	assert_non_null(fgets(got, sizeof(got), f));
	pclose(f);
	assert_string_equal(got, "it's $(id) `id`|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_round_trip_of_booting),
		cmocka_unit_test(test_watchdog),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
