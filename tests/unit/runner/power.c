// SPDX-License-Identifier: GPL-2.0-only
/* Power commands: deadlines, failures, answers of BMCs. */
/* run.sh: deadlines */
#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/machine/power.h"
#include "tests/unit/patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

static const struct machine machine = { .name = (char *)"m",
					.deadlines = { .power = WAIT_MS * NSEC_PER_MSEC } };

static void test_state(void **state)
{
	(void)state;
	static const struct {
		const char *said;
		enum power_state is;
	} cases[] = {
		{ "Chassis Power is on", POWER_IS_ON },
		{ "Chassis Power is off", POWER_IS_OFF },
		{ "On", POWER_IS_ON },
		{ "\"PowerState\": \"Off\"", POWER_IS_OFF },
		{ "node1: off", POWER_IS_OFF },
		{ "on-off switch is ON", POWER_IS_ON },
		{ "PoweringOn", POWER_IS_UNKNOWN },
		{ "office: only", POWER_IS_UNKNOWN },
		{ "Error: Unable to establish IPMI v2 / RMCP+ session", POWER_IS_UNKNOWN },
		{ "", POWER_IS_UNKNOWN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(power__parse_state(cases[i].said), cases[i].is);
}

static void test_run(void **state)
{
	(void)state;
	struct machine m = machine;
	_free_ char *said = NULL, *none = NULL, *bad = NULL;
	struct err err;

	m.power.status = (char *)"echo warning; printf 'Chassis Power is on\\033[0m\\n\\n'";
	m.power.on = (char *)"echo no session >&2; exit 3";
	assert_int_equal(power__run(&m, POWER_STATUS, &said, &err), 0);
	assert_true(str_starts(said, "Chassis Power is on"));
	assert_null(strchr(said, '\033'));
	assert_int_equal(power__run(&m, POWER_CYCLE, &none, &err), -ENOENT);
	assert_string_equal(none, "");
	assert_string_equal(err.msg, "the file of machine m lacks 'power: {cycle: COMMAND}'");
	assert_int_equal(power__run(&m, POWER_ON, &bad, &err), -EIO);
	assert_string_equal(err.msg, "power on: the command failed with status 3: no session");
	assert_false(power__can_cycle(&m));
}

/* Is the process running? A zombie is not. */
static bool runs(pid_t pid)
{
	_free_ char *path = xasprintf("/proc/%d/stat", (int)pid), *text = NULL;

	return !fs__read(path, 4096, &text, NULL) && !strstr(text, ") Z ");
}

/* If a command hangs, it is killed with everything that it has started. */
static void test_deadline(void **state)
{
	(void)state;
	char dir[] = "/tmp/kduel-power-XXXXXX";
	struct machine m = machine;
	_free_ char *said = NULL, *command = NULL, *path = NULL, *text = NULL;
	struct err err;
	pid_t pid;

	assert_non_null(mkdtemp(dir));
	path = xasprintf("%s/pid", dir);
	command = xasprintf("(trap '' TERM; sleep 100 & echo $! >%s; wait) & echo asked; wait",
			    path);
	m.power.off = command;
	m.deadlines.power = NSEC_PER_SEC;
	assert_int_equal(power__run(&m, POWER_OFF, &said, &err), -ETIMEDOUT);
	assert_string_equal(err.msg, "power off: the command did not end within 1.0s "
				     "(deadlines: power): asked");
	assert_int_equal(fs__read(path, 100, &text, NULL), 0);
	pid = (pid_t)strtol(text, NULL, 10);
	for (int i = 0; i < WAIT_MS / 10 && runs(pid); i++)
		usleep(10000);
	assert_false(runs(pid));
	unlink(path);
	rmdir(dir);
}

/* Without `cycle`: off, wait until the machine is off, on. */
static void test_cycle(void **state)
{
	(void)state;
	char dir[] = "/tmp/kduel-power-XXXXXX";
	struct machine m = machine;
	_free_ char *off = NULL, *on = NULL, *status = NULL, *path = NULL, *text = NULL;
	struct err err;

	assert_non_null(mkdtemp(dir));
	path = xasprintf("%s/log", dir);
	off = xasprintf("echo off >>%s", path);
	on = xasprintf("echo on >>%s", path);
	status = xasprintf("echo asked >>%s; [ $(grep -c asked %s) -ge 2 ] && echo off || echo on",
			   path, path);
	m.power.off = off;
	m.power.on = on;
	m.power.status = status;
	assert_true(power__can_cycle(&m));
	assert_int_equal(power__cycle(&m, &err), 0);
	assert_int_equal(fs__read(path, 100, &text, NULL), 0);
	assert_string_equal(text, "off\nasked\nasked\non\n");
	unlink(path);

	/* `off` may have failed but switched the machine off all the same: `on` is run, and the failure
	 * is reported. */
	free(off);
	free(text);
	off = xasprintf("echo off >>%s; echo no answer; exit 2", path);
	m.power.off = off;
	assert_int_equal(power__cycle(&m, &err), -EIO);
	assert_string_equal(err.msg, "power off: the command failed with status 2: no answer");
	assert_int_equal(fs__read(path, 100, &text, NULL), 0);
	assert_string_equal(text, "off\nasked\nasked\non\n");
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_cycle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
