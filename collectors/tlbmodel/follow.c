// SPDX-License-Identifier: GPL-2.0-only
/* follow.c - tracks registers through a block: which base register is another plus a constant? */
#include "collectors/tlbmodel/follow.h"

/* `n` bits of an instruction from bit `low` up. */
static unsigned int bits(uint32_t op, unsigned int low, unsigned int n)
{
	return op >> low & ((1u << n) - 1);
}

/* The same, sign-extended from the highest of them. */
static int64_t signed_bits(uint32_t op, unsigned int low, unsigned int n)
{
	return (int64_t)((uint64_t)op << (64 - low - n)) >> (64 - n);
}

/* The register has a value of which nothing is known: a root of its own. */
static void lose(struct follow *f, unsigned int reg)
{
	f->reg[reg] = (struct followed){ .root = f->roots++ };
}

/* Lose a destination register where number 31 is XZR and not SP. */
static void lose_x(struct follow *f, unsigned int reg)
{
	if (reg != FOLLOW_SP)
		lose(f, reg);
}

static void lose_all(struct follow *f)
{
	for (unsigned int i = 0; i < FOLLOW_REGS; i++)
		lose(f, i);
}

void follow__start(struct follow *f)
{
	f->roots = 0;
	lose_all(f);
}

/* Can a destination 31 be SP? In ADD, SUB, ADDG, SUBG and in logic, when no flags are set. */
static bool immediate_to_sp(uint32_t op)
{
	switch (bits(op, 23, 6)) {
	case 0x22:
		return !bits(op, 29, 1);
	case 0x23:
		return true;
	case 0x24:
		return bits(op, 29, 2) != 3;
	default:
		return false;
	}
}

/* Data processing with immediates: ADD and SUB of a constant are followed; all else (ADR, logic,
 * moves of constants, bit fields) loses the destination. 32-bit forms clear the upper half, so
 * they are not followed either. */
static void immediate(struct follow *f, uint32_t op)
{
	unsigned int rd = bits(op, 0, 5);
	int64_t by = (int64_t)bits(op, 10, 12) << (bits(op, 22, 1) ? 12 : 0);

	if (rd == FOLLOW_SP && !immediate_to_sp(op))
		return;
	if (bits(op, 23, 6) != 0x22 || !bits(op, 31, 1)) {
		lose(f, rd);
		return;
	}
	f->reg[rd] = f->reg[bits(op, 5, 5)];
	f->reg[rd].offset += bits(op, 30, 1) ? -by : by;
}

/* Data processing with registers: only MOV is followed, which is ORR Xd, XZR, Xm. */
static void registers(struct follow *f, uint32_t op)
{
	unsigned int rd = bits(op, 0, 5), rm = bits(op, 16, 5);

	if ((op & 0xffe0ffe0) == 0xaa0003e0 && rd != FOLLOW_SP && rm != FOLLOW_SP)
		f->reg[rd] = f->reg[rm]; /* MOV */
	else if ((op & 0x3f200000) == 0x0b200000)
		lose(f, rd); /* ADD and SUB of an extended register can write SP */
	else
		lose_x(f, rd);
}

/* What runs between a branch or exception and the next instruction of this block may change
 * every register. */
static enum follow_access branch_or_system(struct follow *f, uint32_t op)
{
	if (op >> 12 == 0xd5032 || op >> 12 == 0xd5033) { /* hints, barriers */
		lose(f, 17); /* pointer authentication has hints that write these two */
		lose(f, 30);
	} else if (op >> 20 == 0xd53) { /* MRS */
		lose_x(f, bits(op, 0, 5));
	} else {
		lose_all(f);
		if (op >> 24 == 0xd5)
			return FOLLOW_UNKNOWN; /* DC and the like */
	}
	return FOLLOW_NONE;
}

/* Where [Rn, #by] is, and Rn afterwards. */
static void base(struct follow *f, uint32_t op, int64_t by, bool post, bool writeback,
		 struct followed *at)
{
	struct followed *rn = &f->reg[bits(op, 5, 5)];

	*at = *rn;
	if (!post)
		at->offset += by;
	if (writeback)
		rn->offset += by;
}

/* LDP and STP with 7-bit offsets in units of the register's size; mode 1 is post-, 3 pre-
 * indexed. */
static enum follow_access pair(struct follow *f, uint32_t op, struct followed *at)
{
	unsigned int opc = bits(op, 30, 2), mode = bits(op, 23, 2);
	bool simd = bits(op, 26, 1), load = bits(op, 22, 1);

	/* Two registers of SIMD are two accesses; opc 1 is LDPSW, or stores tags. */
	if (simd || opc == 3 || (opc == 1 && !load)) {
		if (mode == 1 || mode == 3)
			lose(f, bits(op, 5, 5));
		return FOLLOW_UNKNOWN;
	}
	base(f, op, signed_bits(op, 15, 7) * (opc == 2 ? 8 : 4), mode == 1, mode == 1 || mode == 3,
	     at);
	if (load) {
		lose_x(f, bits(op, 0, 5));
		lose_x(f, bits(op, 10, 5));
	}
	return FOLLOW_KNOWN;
}

/* Loads and stores of one register: unsigned 12-bit offset in units of the size, or signed 9-bit
 * offset in bytes (mode 0 and 2 as it is, 1 post-, 3 pre-indexed), or the rest. */
static enum follow_access single(struct follow *f, uint32_t op, struct followed *at)
{
	unsigned int size = bits(op, 30, 2), opc = bits(op, 22, 2), mode = bits(op, 10, 2);
	bool simd = bits(op, 26, 1), scaled = bits(op, 24, 1);
	enum follow_access access = FOLLOW_KNOWN;

	if (simd && opc & 2)
		size = 4;
	if (!simd && size == 3 && opc >= 2)
		access = FOLLOW_NONE; /* PRFM */
	if (scaled)
		base(f, op, (int64_t)bits(op, 10, 12) << size, false, false, at);
	else if (!bits(op, 21, 1))
		base(f, op, signed_bits(op, 12, 9), mode == 1, mode & 1, at);
	else if (access != FOLLOW_NONE || mode != 2)
		access = FOLLOW_UNKNOWN; /* [Xn, Xm], atomics */
	if (access == FOLLOW_UNKNOWN && mode & 1)
		lose(f, bits(op, 5, 5)); /* LDRAA, LDRAB */
	if (!simd && access != FOLLOW_NONE && (opc || access == FOLLOW_UNKNOWN))
		lose_x(f, bits(op, 0, 5));
	return access;
}

/* Pairs, single registers and literals are understood; anything else (exclusives, SIMD
 * structures) may write any register. */
static enum follow_access load_or_store(struct follow *f, uint32_t op, struct followed *at)
{
	if ((op & 0x3a000000) == 0x28000000)
		return pair(f, op, at);
	if ((op & 0x3a000000) == 0x38000000)
		return single(f, op, at);
	if ((op & 0x3b000000) == 0x18000000 && !bits(op, 26, 1))
		lose_x(f, bits(op, 0, 5)); /* LDR of a literal */
	else
		lose_all(f);
	return FOLLOW_UNKNOWN;
}

/* By op0, bits 28:25: the top level of the encoding of A64. */
enum follow_access follow__step(struct follow *f, uint32_t op, struct followed *at)
{
	switch (bits(op, 25, 4)) {
	case 0x8:
	case 0x9:
		immediate(f, op);
		return FOLLOW_NONE;
	case 0x5:
	case 0xd:
		registers(f, op);
		return FOLLOW_NONE;
	case 0x7:
	case 0xf: /* floating point and SIMD: some move to Xd */
		lose_x(f, bits(op, 0, 5));
		return FOLLOW_NONE;
	case 0x4:
	case 0x6:
	case 0xc:
	case 0xe:
		return load_or_store(f, op, at);
	case 0xa:
	case 0xb:
		return branch_or_system(f, op);
	default:
		lose_all(f);
		return FOLLOW_UNKNOWN;
	}
}
