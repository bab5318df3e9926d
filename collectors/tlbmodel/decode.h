/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * decode.h - the few arm64 instructions that matter to a TLB.
 *
 * Encodings and operand layouts: Arm Architecture Reference Manual, "System instructions" and
 * the descriptions of TLBI, DC ZVA, TTBR0_EL1, TTBR1_EL1, TCR_EL1.
 */
#ifndef KDUEL_TLBMODEL_DECODE_H
#define KDUEL_TLBMODEL_DECODE_H

#include "lib/base.h"

enum insn_kind {
	INSN_OTHER,
	INSN_MARK,
	INSN_DC_ZVA, /* writes memory at Xt without a memory callback; DC GVA, DC GZVA too */
	INSN_MSR_TTBR0,
	INSN_MSR_TTBR1,
	INSN_MSR_TCR,
	INSN_TLBI,
};

enum tlbi_scope {
	TLBI_ALL, /* everything */
	TLBI_ASID, /* one ASID, global entries stay */
	TLBI_VA, /* one address */
	TLBI_RANGE, /* a range of addresses */
	TLBI_SCOPES,
};

struct insn {
	enum insn_kind kind;
	unsigned int rt; /* 31: XZR */
	enum tlbi_scope scope;
	bool any_asid; /* VAA forms */
	bool last_level;
	bool broadcast; /* IS and OS forms: to every vCPU */
};

/* What a TLBI does, from its operand. */
struct tlbi {
	enum tlbi_scope scope;
	bool any_asid, broadcast;
	bool last_level; /* spares what was read on the way to a leaf */
	uint16_t asid;
	uint64_t start, end; /* of VA and RANGE: canonical addresses, end exclusive (0: the top) */
};

struct insn decode__insn(uint32_t opcode);
/* `lpa2`: TCR_EL1.DS, which moves the base address of ranges. An operand with a reserved
 * granule takes everything. */
struct tlbi decode__tlbi(const struct insn *insn, uint64_t xt, bool lpa2);
const char *tlbi_scope__name(enum tlbi_scope scope);

/* An address as the kernel writes it: bit 55 decides the half, what is above is a tag. */
static inline uint64_t va__canonical(uint64_t va)
{
	return (uint64_t)((int64_t)(va << 8) >> 8);
}

static inline bool va__is_kernel(uint64_t va)
{
	return va >> 55 & 1;
}

#endif
