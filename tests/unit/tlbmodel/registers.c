// SPDX-License-Identifier: GPL-2.0-only
/* Registers of the guest, read from fakes of an older and a newer QEMU. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "collectors/tlbmodel/registers.h"

#define REGISTERS 40

/* Descriptors up to version 5 of the plugin interface, and those of QEMU 11. */
struct old_reg {
	struct qemu_reg reg;
};

struct new_reg {
	struct qemu_reg reg;
	bool is_readonly;
};

static struct {
	struct new_reg new[REGISTERS];
	struct old_reg old[REGISTERS];
	char name[REGISTERS][16];
	struct glib_array array;
	unsigned int element;
	int returns; /* what a successful read returns */
	bool none; /* qemu_plugin_get_registers() fails */
	uint64_t value;
	struct glib_bytes bytes;
} qemu;

struct glib_array *qemu_plugin_get_registers(void)
{
	return qemu.none ? NULL : &qemu.array;
}

unsigned int g_array_get_element_size(struct glib_array *a)
{
	assert_ptr_equal(a, &qemu.array);
	return qemu.element;
}

struct glib_bytes *g_byte_array_new(void)
{
	return &qemu.bytes;
}

struct glib_bytes *g_byte_array_set_size(struct glib_bytes *a, unsigned int len)
{
	a->len = len;
	return a;
}

/* The handle is the number of the register, counted from 1. */
int qemu_plugin_read_register(struct qemu_plugin_register *reg, struct glib_bytes *out)
{
	qemu.value = 0x1000 + (uintptr_t)reg;
	out->data = (uint8_t *)&qemu.value;
	out->len = sizeof(qemu.value);
	return qemu.returns;
}

static void show(unsigned int n, const char *name)
{
	struct qemu_reg r = { (struct qemu_plugin_register *)(uintptr_t)(n + 1), qemu.name[n], "" };

	snprintf(qemu.name[n], sizeof(qemu.name[n]), "%s", name);
	qemu.old[n] = (struct old_reg){ r };
	qemu.new[n] = (struct new_reg){ r, n == 32 };
}

static void fill(void)
{
	char name[16];

	for (unsigned int n = 0; n < 31; n++) {
		snprintf(name, sizeof(name), "x%u", n);
		show(n, name);
	}
	show(31, "sp");
	show(32, "pc");
	show(33, "TTBR0_EL1");
	show(34, "TTBR1_EL1");
	show(35, "TCR_EL1");
	qemu.array.len = 36;
}

static void check_values(void)
{
	assert_int_equal(registers__x(0), 0x1001);
	assert_int_equal(registers__x(30), 0x101f);
	assert_int_equal(registers__x(31), 0);
	assert_int_equal(registers__pc(), 0x1021);
	assert_int_equal(registers__ttbr(0), 0x1022);
	assert_int_equal(registers__ttbr(1), 0x1023);
	assert_int_equal(registers__tcr(), 0x1024);
}

/* Handles are found once per process, so the failures come first. */
static void not_shown(void **state)
{
	(void)state;
	fill();
	qemu.none = true;
	assert_int_equal(registers__init(false), -ENOENT);
	qemu.none = false;
	qemu.array.data = (char *)qemu.old;
	qemu.element = sizeof(struct old_reg);
	show(32, "cpsr");
	assert_int_equal(registers__init(false), -ENOENT);
	fill();
	qemu.array.len = 35;
	assert_int_equal(registers__init(false), -ENOENT);
}

static void of_qemu_11(void **state)
{
	(void)state;
	fill();
	qemu.array.data = (char *)qemu.new;
	qemu.element = sizeof(struct new_reg);
	qemu.returns = true;
	assert_int_equal(registers__init(false), 0);
	check_values();
}

static void of_qemu_10(void **state)
{
	(void)state;
	qemu.returns = sizeof(qemu.value);
	check_values();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(not_shown),
		cmocka_unit_test(of_qemu_11),
		cmocka_unit_test(of_qemu_10),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
