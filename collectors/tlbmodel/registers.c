// SPDX-License-Identifier: GPL-2.0-only
/* registers.c - reads registers of a vCPU through QEMU's plugin interface. */
#include "collectors/tlbmodel/registers.h"

#include <endian.h>

static struct {
	struct qemu_plugin_register *x[31], *pc, *ttbr[2], *tcr;
	struct glib_bytes *buf;
} regs;

/* The registers of the marker's arguments: x[0], x[1], x[2]. */
static const char *const x86_names[] = { "rax", "rdi", "rsi" };

/* Keep the handle of a register that is needed. The names are those of QEMU's GDB stub. */
static void keep_handle(const struct qemu_reg *r)
{
	for (unsigned int n = 0; n < ARRAY_SIZE(x86_names); n++)
		if (streq(r->name, x86_names[n]))
			regs.x[n] = r->handle;
	for (unsigned int n = 0; n < ARRAY_SIZE(regs.x); n++) {
		char name[8];

		snprintf(name, sizeof(name), "x%u", n);
		if (streq(r->name, name))
			regs.x[n] = r->handle;
	}
	if (streq(r->name, "pc"))
		regs.pc = r->handle;
	else if (streq(r->name, "TTBR0_EL1"))
		regs.ttbr[0] = r->handle;
	else if (streq(r->name, "TTBR1_EL1"))
		regs.ttbr[1] = r->handle;
	else if (streq(r->name, "TCR_EL1"))
		regs.tcr = r->handle;
}

int registers__init(bool x86)
{
	struct glib_array *all;
	size_t size;

	if (regs.buf)
		return 0;
	all = qemu_plugin_get_registers();
	if (!all)
		return -ENOENT;
	/* Newer releases add members at the end of struct qemu_reg, hence the element size. */
	memset(&regs, 0, sizeof(regs));
	size = g_array_get_element_size(all);
	for (unsigned int i = 0; i < all->len; i++)
		keep_handle((const struct qemu_reg *)(const void *)(all->data + i * size));
	for (unsigned int i = 0; i < (x86 ? ARRAY_SIZE(x86_names) : ARRAY_SIZE(regs.x)); i++)
		if (!regs.x[i])
			return -ENOENT;
	if (!x86 && (!regs.pc || !regs.ttbr[0] || !regs.ttbr[1] || !regs.tcr))
		return -ENOENT;
	regs.buf = g_byte_array_new();
	return 0;
}

/* The value of a 64-bit register; one buffer serves all reads. */
static uint64_t read_reg(struct qemu_plugin_register *r)
{
	uint64_t v = 0;

	g_byte_array_set_size(regs.buf, 0);
	/* Returns the length up to version 5 of the interface, a bool from version 6 on. */
	(void)qemu_plugin_read_register(r, regs.buf);
	if (regs.buf->len >= 8)
		memcpy(&v, regs.buf->data, 8);
	return le64toh(v);
}

uint64_t registers__x(unsigned int n)
{
	return n < 31 ? read_reg(regs.x[n]) : 0;
}

uint64_t registers__pc(void)
{
	return read_reg(regs.pc);
}

uint64_t registers__ttbr(unsigned int n)
{
	return read_reg(regs.ttbr[n]);
}

uint64_t registers__tcr(void)
{
	return read_reg(regs.tcr);
}
