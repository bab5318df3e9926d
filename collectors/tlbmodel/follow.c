// SPDX-License-Identifier: GPL-2.0-only
/* follow.c - tracks registers through a block: which ones differ by a constant? */
#include "collectors/tlbmodel/follow.h"

/* The `n`-bit field of an instruction that starts at bit `low`. */
static unsigned int bits(uint32_t op, unsigned int low, unsigned int n)
{
	return op >> low & ((1u << n) - 1);
}

/* The same field, sign-extended. */
static int64_t signed_bits(uint32_t op, unsigned int low, unsigned int n)
{
	return (int64_t)((uint64_t)op << (64 - low - n)) >> (64 - n);
}

/* The register's value is unknown from here on: give it a new root. */
static void clobber(struct follow *f, unsigned int reg)
{
	f->reg[reg] = (struct followed){ .root = f->roots++ };
}

/* Clobber a destination register where number 31 is XZR, not SP. */
static void clobber_x(struct follow *f, unsigned int reg)
{
	if (reg != FOLLOW_SP)
		clobber(f, reg);
}

static void clobber_all(struct follow *f)
{
	for (unsigned int i = 0; i < FOLLOW_REGS; i++)
		clobber(f, i);
}

void follow__start(struct follow *f)
{
	f->roots = 0;
	clobber_all(f);
}

/* Is a destination of 31 SP, not XZR? Yes for ADD, SUB, ADDG, SUBG and logical instructions, unless
 * they set flags. */
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

/* Data processing, immediate: 64-bit ADD and SUB are tracked. All others (ADR, logical, MOVZ and
 * the like, bit fields) clobber the destination, and so do the 32-bit forms, which clear the upper
 * half of the register. */
static void data_immediate(struct follow *f, uint32_t op)
{
	unsigned int rd = bits(op, 0, 5);
	int64_t by = (int64_t)bits(op, 10, 12) << (bits(op, 22, 1) ? 12 : 0);

	if (rd == FOLLOW_SP && !immediate_to_sp(op))
		return;
	if (bits(op, 23, 6) != 0x22 || !bits(op, 31, 1)) {
		clobber(f, rd);
		return;
	}
	f->reg[rd] = f->reg[bits(op, 5, 5)];
	f->reg[rd].offset += bits(op, 30, 1) ? -by : by;
}

/* Data processing, register: only MOV is tracked, which is ORR Xd, XZR, Xm. */
static void data_register(struct follow *f, uint32_t op)
{
	unsigned int rd = bits(op, 0, 5), rm = bits(op, 16, 5);

	if ((op & 0xffe0ffe0) == 0xaa0003e0 && rd != FOLLOW_SP && rm != FOLLOW_SP)
		f->reg[rd] = f->reg[rm]; /* MOV */
	else if ((op & 0x3f200000) == 0x0b200000)
		clobber(f, rd); /* ADD and SUB (extended register) can write SP */
	else
		clobber_x(f, rd);
	if ((op & 0xffffcbff) == 0xdac18bfe)
		clobber(f, 17); /* PACIA171615, PACIB, AUTIA, AUTIB: their Rd field is x30 */
}

/* Anything may run between a branch or an exception (SVC) and the next instruction of this block,
 * and change every register. */
static enum follow_access branch_or_system(struct follow *f, uint32_t op)
{
	if (op >> 12 == 0xd5032 || op >> 12 == 0xd5033) { /* hints, barriers */
		clobber(f, 16); /* CHKFEAT */
		clobber(f, 17); /* pointer authentication: this one or x30 */
		clobber(f, 30);
	} else if (op >> 20 == 0xd53) { /* MRS */
		clobber_x(f, bits(op, 0, 5));
	} else {
		clobber_all(f);
		if (op >> 24 == 0xd5)
			return FOLLOW_UNKNOWN; /* DC and other system instructions */
	}
	return FOLLOW_NONE;
}

/* The address of [Rn, #by], and the new value of Rn if there is writeback. */
static void resolve_base(struct follow *f, uint32_t op, int64_t by, bool post, bool writeback,
			 struct followed *at)
{
	struct followed *rn = &f->reg[bits(op, 5, 5)];

	*at = *rn;
	if (!post)
		at->offset += by;
	if (writeback)
		rn->offset += by;
}

/* LDP and STP: the 7-bit offset is in units of the register size; mode 1 is post-indexed, 3
 * pre-indexed. */
static enum follow_access pair(struct follow *f, uint32_t op, struct followed *at)
{
	unsigned int opc = bits(op, 30, 2), mode = bits(op, 23, 2);
	bool simd = bits(op, 26, 1), load = bits(op, 22, 1);

	/* A pair of SIMD registers is two accesses. A store with opc 1 is STGP, which writes a tag
	 * as well; as a load opc 1 is LDPSW. */
	if (simd || opc == 3 || (opc == 1 && !load)) {
		if (mode == 1 || mode == 3)
			clobber(f, bits(op, 5, 5));
		return FOLLOW_UNKNOWN;
	}
	resolve_base(f, op, signed_bits(op, 15, 7) * (opc == 2 ? 8 : 4), mode == 1,
		     mode == 1 || mode == 3, at);
	if (load) {
		clobber_x(f, bits(op, 0, 5));
		clobber_x(f, bits(op, 10, 5));
	}
	return FOLLOW_KNOWN;
}

/* Loads and stores of one register. The offset is unsigned 12-bit in units of the access size, or
 * signed 9-bit in bytes (mode 0: LDUR, 2: LDTR, 1: post-indexed, 3: pre-indexed). Register offsets,
 * atomics and LDRAA have bit 21 set. */
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
		resolve_base(f, op, (int64_t)bits(op, 10, 12) << size, false, false, at);
	else if (!bits(op, 21, 1))
		resolve_base(f, op, signed_bits(op, 12, 9), mode == 1, mode & 1, at);
	else if (access != FOLLOW_NONE || mode != 2)
		access = FOLLOW_UNKNOWN; /* [Xn, Xm], atomics, LDRAA */
	if (access == FOLLOW_UNKNOWN && mode & 1)
		clobber(f, bits(op, 5, 5)); /* LDRAA and LDRAB may write back */
	if (!simd && access != FOLLOW_NONE && (opc || access == FOLLOW_UNKNOWN))
		clobber_x(f, bits(op, 0, 5));
	return access;
}

/* Pairs, single registers and literals are decoded; anything else (exclusives, SIMD structures) is
 * assumed to write all registers. */
static enum follow_access load_or_store(struct follow *f, uint32_t op, struct followed *at)
{
	if ((op & 0x3a000000) == 0x28000000)
		return pair(f, op, at);
	if ((op & 0xfffffc00) == 0xf83fd000) { /* LD64B writes eight registers */
		clobber_all(f);
		return FOLLOW_UNKNOWN;
	}
	if ((op & 0x3a000000) == 0x38000000)
		return single(f, op, at);
	if ((op & 0x3b000000) == 0x18000000 && !bits(op, 26, 1))
		clobber_x(f, bits(op, 0, 5)); /* LDR (literal) */
	else
		clobber_all(f);
	return FOLLOW_UNKNOWN;
}

/* Bits 28:25 (op0) are the top level of the A64 encoding. */
enum follow_access follow__step(struct follow *f, uint32_t op, struct followed *at)
{
	switch (bits(op, 25, 4)) {
	case 0x8:
	case 0x9:
		data_immediate(f, op);
		return FOLLOW_NONE;
	case 0x5:
	case 0xd:
		data_register(f, op);
		return FOLLOW_NONE;
	case 0x7:
	case 0xf: /* floating point and SIMD; some, such as FMOV, write Xd */
		clobber_x(f, bits(op, 0, 5));
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
		clobber_all(f);
		return FOLLOW_UNKNOWN;
	}
}
