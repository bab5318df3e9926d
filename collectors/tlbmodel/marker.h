/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * marker.h - how the agent in a guest calls the plugin in QEMU: one instruction.
 *
 * `hint #96` does nothing on any arm64 CPU, from any exception level, and a long NOP with a displacement
 * of ours nothing on x86_64. The plugin knows the opcode when it translates it and looks at x0 (what), x1
 * and x2, or rax, rdi and rsi. Nothing travels to the guest.
 */
#ifndef KDUEL_TLBMODEL_MARKER_H
#define KDUEL_TLBMODEL_MARKER_H

#include <stdint.h>

#define MARK_OPCODE 0xd5032c1fu /* hint #96 */
#define MARK_X86 "\x0f\x1f\x80kdul" /* nopl 0x6c75646b(%rax) */

enum mark {
	MARK_BOUND = 0x6b640001, /* x1: enum mark_bound, x2: its value */
	MARK_BEGIN = 0x6b640002, /* x1: iteration; the model starts empty */
	MARK_END = 0x6b640003, /* x1: iteration */
	MARK_CENSUS = 0x6b640004, /* x1: enum mark_census; walk the kernel's tables now */
	MARK_STAGE_BEGIN = 0x6b640005, /* x1: metric of the workload that the stage is counted for */
	MARK_STAGE_END = 0x6b640006, /* x1: metric, x2: operations */
	MARK_AGENT = 0x6b640007, /* the agent runs: the boot is over */
	MARK_POINT = 0x6b640008, /* x1: its number; within a measured part, what is counted so far */
};

/* What the agent reports of the running kernel. Addresses are those of this boot, KASLR and all. */
enum mark_bound {
	BOUND_VMCOREINFO, /* physical address of the kernel's own note about itself */
	BOUND_VMCOREINFO_SIZE, /* bytes of it; asks for the note to be read */
	BOUND_IMAGE_START, /* physical: first byte of the kernel image */
	BOUND_IMAGE_END, /* physical: last byte of it */
	BOUND_MODULES_CLEAR, /* forget the areas that hold modules */
	BOUND_MODULE_START, /* virtual: an area that holds module text or data */
	BOUND_MODULE_END, /* virtual: its end; takes the area in */
	BOUND_ADDED_CLEAR, /* forget the memory that was added */
	BOUND_ADDED_START, /* physical: first byte of memory that a driver has added */
	BOUND_ADDED_END, /* physical: last byte of it; takes the range in */
	BOUND_TEXT, /* x86_64, between START and END: virtual address of the image's first byte */
};

enum mark_census {
	CENSUS_AFTER_BOOT,
	CENSUS_AFTER_WORKLOAD,
	CENSUS_MAX,
};

/* Execute the marker. Nothing on other machines, which have no plugin. */
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
