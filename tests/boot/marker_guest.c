// SPDX-License-Identifier: GPL-2.0-only
/*
 * marker_guest.c - a bare-metal guest that sends the TLB model's plugin markers that no agent would send.
 * CASE chooses one of them; tests/boot/exact-bad.sh has the expected errors. The MMU is off, so that
 * addresses are physical.
 */
#include "collectors/tlbmodel/marker.h"

#include <stddef.h>

#ifndef CASE
#define CASE 0
#endif
#ifndef TURNS
#define TURNS 1000
#endif
#define TABLE_ENTRIES 512
#define DESC_TABLE 3ull
#define TCR_4K_48 (2ull << 30 | 16ull << 16) /* TG1, T1SZ */
#define TCR_NO_WALKS 0ull
#define BELOW_RAM 0x1000ull

void guest__main(void);

/* A vmcoreinfo note; case 6 sends half of it, case 7 an impossible size. */
static const char note[] =
	"PAGESIZE=4096\nNUMBER(VA_BITS)=48\n"
	"NUMBER(MODULES_VADDR)=0xffff800000000000\nNUMBER(MODULES_END)=0xffff800080000000\n"
	"NUMBER(VMALLOC_START)=0xffff800080000000\nNUMBER(VMALLOC_END)=0xfffffbfff0000000\n"
	"NUMBER(VMEMMAP_START)=0xfffffc0000000000\nNUMBER(VMEMMAP_END)=0xfffffe0000000000\n"
	"NUMBER(kimage_voffset)=0xffff800040000000\n";

static uint64_t table[TABLE_ENTRIES] __attribute__((aligned(4096)));
static uint8_t stack[4096] __attribute__((aligned(16), used));

/* Set up a stack, call guest__main(), then power off: PSCI's SYSTEM_OFF (0x84000008). */
__asm__(".globl _start\n_start:\n\tadr x1, stack\n\tadd sp, x1, #4096\n\tbl guest__main\n\t"
	"movz x0, #0x8400, lsl #16\n\tmovk x0, #8\n\thvc #0\n\tb .\n");

static void set_tables(uint64_t tcr, uint64_t ttbr1)
{
	__asm__ volatile("msr tcr_el1, %0\n\tmsr ttbr1_el1, %1\n\tisb" : : "r"(tcr), "r"(ttbr1));
}

static void tell_note(size_t len)
{
	marker__hit(MARK_BOUND, BOUND_VMCOREINFO, (uintptr_t)note);
	marker__hit(MARK_BOUND, BOUND_VMCOREINFO_SIZE, len);
}

static void tell_all(void)
{
	tell_note(sizeof(note) - 1);
	marker__hit(MARK_BOUND, BOUND_IMAGE_START, 0x40200000);
	marker__hit(MARK_BOUND, BOUND_IMAGE_END, 0x41ffffff);
}

/* Every entry points back to the table: a walk of four levels would visit 512^3 tables. */
static void tie_a_knot(void)
{
	for (size_t i = 0; i < TABLE_ENTRIES; i++)
		table[i] = (uintptr_t)table | DESC_TABLE;
}

static void census(uint64_t tcr, uint64_t ttbr1)
{
	tell_note(sizeof(note) - 1);
	set_tables(tcr, ttbr1);
	marker__hit(MARK_CENSUS, CENSUS_AFTER_BOOT, 0);
}

/* A loop of two instructions per turn. */
static void turn(uint64_t n)
{
	__asm__ volatile("1:\tsubs %0, %0, #1\n\tb.ne 1b" : "+r"(n) : : "cc");
}

static void lie(int which)
{
	switch (which) {
	case 1:
		census(TCR_NO_WALKS, (uintptr_t)table);
		break;
	case 2:
		census(TCR_4K_48, BELOW_RAM);
		break;
	case 3:
		tie_a_knot();
		census(TCR_4K_48, (uintptr_t)table);
		break;
	case 4: /* an empty page table: no linear map */
		census(TCR_4K_48, (uintptr_t)table);
		break;
	case 5:
		marker__hit(MARK_CENSUS, CENSUS_AFTER_BOOT, 0);
		break;
	case 6:
		tell_note(sizeof(note) / 2);
		break;
	case 7:
		tell_note(UINT64_MAX);
		break;
	case 8:
		marker__hit(MARK_BEGIN, 0, 0);
		break;
	case 9:
		tell_all();
		marker__hit(MARK_END, 0, 0);
		break;
	case 10:
		tell_all();
		marker__hit(MARK_BEGIN, 0, 0);
		marker__hit(MARK_BEGIN, 1, 0);
		break;
	case 11:
		tell_all();
		marker__hit(MARK_BEGIN, 0, 0);
		break;
	case 12:
		marker__hit(MARK_BOUND, 99, 0);
		break;
	case 13:
		tell_note(sizeof(note) - 1);
		marker__hit(MARK_BOUND, BOUND_MODULE_START, 0x1234);
		marker__hit(MARK_BOUND, BOUND_MODULE_END, 0x2345);
		break;
	case 14: /* far more iterations than any boot has */
		tell_all();
		for (uint64_t i = 0; i < 200000; i++) {
			marker__hit(MARK_BEGIN, i, 0);
			marker__hit(MARK_END, i, 0);
		}
		break;
	case 15: /* a correct boot, and instructions after it */
		turn(TURNS);
		marker__hit(MARK_AGENT, 0, 0);
		turn(100000);
		tell_all();
		marker__hit(MARK_BEGIN, 0, 0);
		turn(100000);
		marker__hit(MARK_END, 0, 0);
		break;
	default: /* a hint that is none of ours must be ignored */
		marker__hit(0, 0, 0);
		break;
	}
}

void guest__main(void)
{
	lie(CASE);
}
