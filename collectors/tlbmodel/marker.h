/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * marker.h - how the agent in a guest calls the plugin in QEMU: with a single instruction.
 *
 * On arm64 it is `hint #96`, a NOP on every CPU and at every exception level; on x86_64 it is a
 * long NOP with an unusual displacement. The plugin recognises it during translation; when it is
 * executed, the plugin reads x0 (enum mark), x1 and x2, or rax, rdi and rsi. There is no reply to
 * the guest.
 */
#ifndef KDUEL_TLBMODEL_MARKER_H
#define KDUEL_TLBMODEL_MARKER_H

#include <stdint.h>

#define MARK_OPCODE 0xd5032c1fu /* hint #96 */
#define MARK_X86 "\x0f\x1f\x80kdul" /* nopl 0x6c75646b(%rax) */

enum mark {
	MARK_BOUND = 0x6b640001, /* x1: enum mark_bound, x2: its value */
	MARK_BEGIN = 0x6b640002, /* x1: iteration; begin a measured part, with empty TLBs */
	MARK_END = 0x6b640003, /* x1: iteration; end it, and report its counts */
	MARK_CENSUS = 0x6b640004, /* x1: enum mark_census; count the kernel's page tables */
	MARK_STAGE_BEGIN = 0x6b640005, /* x1: index of the workload's metric for this stage */
	MARK_STAGE_END = 0x6b640006, /* x1: the same index, x2: number of operations */
	MARK_AGENT = 0x6b640007, /* the agent runs: the boot is over */
	MARK_POINT = 0x6b640008, /* x1: number of the point; report the part's counts so far */
};

/* Facts about the running kernel. Addresses are those of this boot, with KASLR applied. */
enum mark_bound {
	BOUND_VMCOREINFO, /* physical address of the vmcoreinfo note */
	BOUND_VMCOREINFO_SIZE, /* its size in bytes; the plugin now reads the note */
	BOUND_IMAGE_START, /* physical: first byte of the kernel image */
	BOUND_IMAGE_END, /* physical: last byte of it */
	BOUND_MODULES_CLEAR, /* forget the areas of modules */
	BOUND_MODULE_START, /* virtual: start of an area of module text or data */
	BOUND_MODULE_END, /* virtual: its end, exclusive; adds the area */
	BOUND_ADDED_CLEAR, /* forget the ranges of added memory */
	BOUND_ADDED_START, /* physical: first byte of memory that a driver has added */
	BOUND_ADDED_END, /* physical: last byte of it; adds the range */
	BOUND_TEXT, /* x86_64: virtual address of the image; between IMAGE_START and IMAGE_END */
};

enum mark_census {
	CENSUS_AFTER_BOOT,
	CENSUS_AFTER_WORKLOAD,
	CENSUS_MAX,
};

/* Execute the marker. No-op on other architectures, which have no plugin. */
static inline void marker__hit(uint64_t op, uint64_t a, uint64_t b)
{
#ifdef __aarch64__
	register uint64_t x0 __asm__("x0") = op;
	register uint64_t x1 __asm__("x1") = a;
	register uint64_t x2 __asm__("x2") = b;

	__asm__ volatile("hint #96" : : "r"(x0), "r"(x1), "r"(x2) : "memory");
#elif defined(__x86_64__)
	__asm__ volatile(".ascii \"" MARK_X86 "\"" : : "a"(op), "D"(a), "S"(b) : "memory");
#else
	(void)op;
	(void)a;
	(void)b;
#endif
}

#endif
