// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the kernel log. The files are consoles of real boots; the single lines
 * are what the kernel's sources print on arm64, in each prefix that a line can have.
 */
#include "collectors/support/dmesg_read.h"
#include "lib/fs.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char *load(const char *name)
{
	_free_ char *path = xasprintf("tests/data/dmesg/%s", name);
	char *text;

	if (fs__read(path, 1u << 20, &text, NULL))
		fail_msg("cannot read %s: run the test from the top directory", path);
	return text;
}

static const struct {
	enum dmesg_class class;
	const char *text;
} lines[] = {
	{ DMESG_WARNING, "WARNING: CPU: 1 PID: 77 at arch/arm64/mm/pageattr.c:57 f+0x1c/0x40" },
	{ DMESG_WARNING, "WARNING: arch/arm64/mm/mmu.c:821 at g+0x1c/0x40, CPU#0: swapper/0" },
	{ DMESG_WARNING, "WARNING: possible circular locking dependency detected" },
	{ DMESG_WARNING, "WARNING: suspicious RCU usage" },
	{ DMESG_WARNING, "insmod: page allocation failure: order:9, mode:0xcc0(GFP_KERNEL)" },
	{ DMESG_WARNING, "Out of memory: Killed process 133 (init) total-vm:1935020kB" },
	{ DMESG_WARNING, "UBSAN: array-index-out-of-bounds in drivers/x.c:3:4" },
	{ DMESG_WARNING, "Checked W+X mappings: FAILED, 3 W+X pages found, 0 non-UXN pages found" },
	{ DMESG_WARNING, "Call trace:" },
	{ DMESG_BUG, "BUG: KASAN: slab-out-of-bounds in f+0x10/0x20" },
	{ DMESG_BUG, "BUG: sleeping function called from invalid context at mm/x.c:321" },
	{ DMESG_BUG, "BUG: scheduling while atomic: swapper/0/1/0x00000002" },
	{ DMESG_BUG, "BUG: Bad page state in process init  pfn:4f00d" },
	{ DMESG_BUG, "kernel BUG at mm/vmalloc.c:123!" },
	{ DMESG_BUG, "Internal error: Oops: 0000000096000004 [#1]  SMP" },
	{ DMESG_BUG, "Internal error: TLB conflict abort: 0000000086000030 [#1] SMP" },
	{ DMESG_BUG, "Unable to handle kernel NULL pointer dereference at virtual address 00" },
	{ DMESG_BUG, "Unable to handle kernel paging request at virtual address ffff80008100" },
	{ DMESG_BUG, "SError Interrupt on CPU0, code 0x00000000bf000000 -- SError" },
	{ DMESG_LOCKUP, "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [init:77]" },
	{ DMESG_LOCKUP,
	  "BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!" },
	{ DMESG_LOCKUP, "watchdog: Watchdog detected hard LOCKUP on cpu 2" },
	{ DMESG_LOCKUP, "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:" },
	{ DMESG_LOCKUP, "rcu: INFO: rcu_preempt self-detected stall on CPU" },
	{ DMESG_LOCKUP, "INFO: task init:134 blocked for more than 2 seconds." },
	{ DMESG_PANIC, "Kernel panic - not syncing: sysrq triggered crash" },
	{ DMESG_PANIC, "---[ end Kernel panic - not syncing: Attempted to kill init! ]---" },
	{ DMESG_NONE, "" },
	{ DMESG_NONE, "CPU features: detected: BBM Level 2 without TLB conflict abort" },
	{ DMESG_NONE, "Checked W+X mappings: passed, no W+X pages found" },
	{ DMESG_NONE, "rcu: Hierarchical RCU implementation." },
	{ DMESG_NONE, "Kernel command line: console=ttyAMA0 panic=-1" },
	{ DMESG_NONE, "[drm] WARNING is only a word here" },
	{ DMESG_NONE, "random: crng init done" },
	{ DMESG_NONE, "DEBUG: nothing" },
};

static void every_class_behind_every_prefix(void **state __unused)
{
	static const char *const prefixes[] = {
		"",
		"[    0.000000] ",
		"[12345.678901] ",
		"<4>",
		"<12>[    1.5] ",
		"[    1.500000][    T1] ",
		"[    1.500000][   C0] ",
		"4,339,5140900,-;",
		"6,1,0,-,caller=T1;",
		"\r[   15.013059] ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		for (size_t p = 0; p < ARRAY_SIZE(prefixes); p++) {
			_free_ char *s = xasprintf("%s%s\r\n", prefixes[p], lines[i].text);

			if (dmesg_scan__line(s) != lines[i].class)
				fail_msg("'%s' is %s, not %s", s,
					 dmesg_class__name(dmesg_scan__line(s)),
					 dmesg_class__name(lines[i].class));
			assert_true(str_starts(dmesg_scan__text(s), lines[i].text));
		}
	}
}

static void half_prefixes_are_text(void **state __unused)
{
	static const char *const texts[] = {
		"[", "[1", "[ ]", "<", "<4", "4,", "4,3", "4,3,5", "4,3,5,-", "[T]", "4,3,5,-\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_equal(dmesg_scan__line(texts[i]), DMESG_NONE);
		assert_string_equal(dmesg_scan__text(texts[i]), texts[i]);
	}
}

static void boot_of_an_ampereone(void **state __unused)
{
	_free_ char *text = load("6.18-ampereone.txt");
	struct dmesg_summary s;

	dmesg__summarise(text, &s);
	assert_true(s.has_start);
	assert_string_equal(s.bbm, "BBM Level 2 without TLB conflict abort");
	assert_string_equal(s.kaslr, "KASLR enabled");
	assert_string_equal(s.rodata, "");
	assert_int_equal(s.complaints, 1);
	assert_int_equal(s.worst, DMESG_WARNING);
	assert_string_equal(s.first[0], "WARNING: CPU: 0 PID: 1 at kduel/test.c:1 "
					"kduel_test+0x0/0x0");
}

static void hung_tasks_and_a_panic(void **state __unused)
{
	_free_ char *text = load("6.18-plain-hung-task-panic.txt");
	struct dmesg_summary s;

	dmesg__summarise(text, &s);
	assert_string_equal(s.bbm, "");
	assert_int_equal(s.complaints, 5); /* 4 hung tasks and the panic, not their traces */
	assert_int_equal(s.worst, DMESG_PANIC);
	assert_string_equal(s.first[0], "INFO: task init:134 blocked for more than 2 seconds.");
	assert_string_equal(s.first[4], "Kernel panic - not syncing: sysrq triggered crash");
}

static void both_spellings_of_bbm(void **state __unused)
{
	struct dmesg_summary s;

	dmesg__summarise("[    0.1] CPU features: detected: BBM Level 3\n", &s);
	assert_string_equal(s.bbm, "BBM Level 3");
	assert_false(s.has_start);
	dmesg__summarise("[    0.1] Invalid option string for rodata: 'full'\r\n"
			 "[    0.2] Memory: 1K/2K available (1K rodata)\n",
			 &s);
	assert_string_equal(s.rodata, "Invalid option string for rodata: 'full'");
}

static void more_complaints_than_are_kept(void **state __unused)
{
	_free_ char *text = xcalloc(40000, 1);
	struct dmesg_summary s;
	size_t used = 0;

	for (int i = 0; i < 100; i++)
		used += (size_t)snprintf(text + used, 40000 - used, "WARNING: %d %0300d\n", i, 0);
	dmesg__summarise(text, &s);
	assert_int_equal(s.complaints, 100);
	assert_true(str_starts(s.first[DMESG_KEEP - 1], "WARNING: 7 "));
	assert_int_equal(strlen(s.first[0]), sizeof(s.first[0]) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_class_behind_every_prefix),
		cmocka_unit_test(half_prefixes_are_text),
		cmocka_unit_test(boot_of_an_ampereone),
		cmocka_unit_test(hung_tasks_and_a_panic),
		cmocka_unit_test(both_spellings_of_bbm),
		cmocka_unit_test(more_complaints_than_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
