// SPDX-License-Identifier: GPL-2.0-only
/* Following a growing console log: messages of the kernel count, output of programs does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "runner/boot/console.h"

#include <unistd.h>

static char path[] = "/tmp/kduel-console-XXXXXX";

static int make(void **state __unused)
{
	int fd = mkstemp(path);

	return fd < 0 ? -1 : close(fd);
}

static int clean(void **state __unused)
{
	return unlink(path);
}

static void grow(struct console *c, const char *text)
{
	FILE *f = fopen(path, "ae");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	console__poll(c);
}

static void begin(struct console *c)
{
	assert_int_equal(truncate(path, 0), 0);
	console__init(c, path);
	grow(c, "[    0.000000] Booting Linux on physical CPU 0x0000000000 [0xc00fac30]\r\n");
}

static void the_kernel_is_heard(void **state __unused)
{
	struct console c;

	begin(&c);
	grow(&c, "[    1.000000] WARNING: CPU: 0 PI");
	assert_int_equal(c.worst, DMESG_NONE);
	grow(&c, "D: 1 at x.c:1\r\nreading 45%");
	assert_int_equal(c.worst, DMESG_WARNING);
	grow(&c, "\r[    2.000000] Internal error: Oops: 96000004 [#1] SMP\r\n");
	assert_int_equal(c.worst, DMESG_BUG);
	assert_string_equal(c.line, "Internal error: Oops: 96000004 [#1] SMP");
	grow(&c, "50%[    3.000000] Kernel panic - not syncing: x\r\n");
	assert_int_equal(c.worst, DMESG_PANIC);
	assert_string_equal(c.line, "Kernel panic - not syncing: x");
}

static void programs_are_not(void **state __unused)
{
	struct console c;

	begin(&c);
	grow(&c, "Kernel panic - not syncing: x\nBUG: soft lockup\n<0>kernel BUG at x.c:1!\n"
		 "I saw a Kernel panic - not syncing: x\n"
		 "[    2.000000] prog[77]: kernel BUG at x.c:1!\n");
	assert_int_equal(c.worst, DMESG_NONE);
	grow(&c, "[    3.000000] Kernel panic - not syncing: x\n");
	assert_int_equal(c.worst, DMESG_PANIC);
}

/* A variant with printk.time=0 on its command line. */
static void a_kernel_without_stamps(void **state __unused)
{
	struct console c;

	assert_int_equal(truncate(path, 0), 0);
	console__init(&c, path);
	grow(&c, "Booting Linux on physical CPU 0x0000000000\nKernel panic - not syncing: x\n");
	assert_int_equal(c.worst, DMESG_PANIC);
}

/* Target local: the log is the agent's own output. */
static void no_kernel_writes_here(void **state __unused)
{
	_free_ char *text = NULL;
	struct console c;
	size_t len;

	assert_int_equal(truncate(path, 0), 0);
	console__init(&c, path);
	c.no_kernel = true;
	grow(&c, "[    1.000000] Kernel panic - not syncing: x\n");
	assert_int_equal(c.worst, DMESG_NONE);
	text = console__read_all(&c, &len);
	assert_string_equal(text, "[    1.000000] Kernel panic - not syncing: x\n");
}

/* The guest writes as fast as the log is read: each poll still ends, a log that is too long is
 * detected by its size, and its end is kept. */
static void a_flood(void **state __unused)
{
	_free_ char *text = NULL;
	struct console c;
	size_t len;
	FILE *f;

	begin(&c);
	assert_int_equal(truncate(path, 20 << 20), 0);
	assert_true(console__poll(&c));
	assert_true(c.offset < 8 << 20);
	assert_false(console__is_full(&c));
	f = fopen(path, "ae");
	assert_non_null(f);
	assert_true(fputs("\n[    9.000000] Kernel panic - not syncing: x\n", f) >= 0);
	assert_int_equal(fclose(f), 0);
	for (int i = 0; console__poll(&c); i++)
		assert_true(i < 8);
	assert_int_equal(c.worst, DMESG_PANIC);
	text = console__read_all(&c, &len);
	assert_int_equal(len, 16 << 20);
	assert_string_equal(text + len - 3, " x\n");
	assert_int_equal(truncate(path, CONSOLE_LOG_MAX), 0);
	assert_false(console__poll(&c));
	assert_true(console__is_full(&c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_is_heard),
		cmocka_unit_test(programs_are_not),
		cmocka_unit_test(a_kernel_without_stamps),
		cmocka_unit_test(no_kernel_writes_here),
		cmocka_unit_test(a_flood),
	};

	return cmocka_run_group_tests(tests, make, clean);
}
