/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * decode.h - the few arm64 instructions that matter to a TLB, and the marker.
 *
 * Encodings and operand layouts: Arm Architecture Reference Manual, "System instructions" and
 * the descriptions of TLBI, DC ZVA, TTBR0_EL1, TTBR1_EL1, TCR_EL1.
 */
#ifndef KDUEL_TLBMODEL_DECODE_H
#define KDUEL_TLBMODEL_DECODE_H

#include "lib/base.h"

enum insn_kind {
	INSN_OTHER,
	INSN_MARK, /* see marker.h */
	INSN_DC_ZVA, /* or DC GVA, DC GZVA: writes memory at Xt, without a memory callback of QEMU */
	INSN_MSR_TTBR0,
	INSN_MSR_TTBR1,
	INSN_MSR_TCR,
	INSN_TLBI,
};

enum tlbi_scope {
	TLBI_ALL, /* everything */
	TLBI_ASID, /* one ASID; global entries stay */
	TLBI_VA, /* one address */
	TLBI_RANGE, /* a range of addresses */
	TLBI_SCOPES,
};

struct insn {
	enum insn_kind kind;
	unsigned int rt; /* 31: XZR */
	enum tlbi_scope scope;
	bool any_asid; /* TLBI VAA* and RVAA* */
	bool last_level; /* TLBI V*L*: leaf entries only */
	bool broadcast; /* IS and OS forms: to every vCPU */
};

/* A TLBI with its operand. */
struct tlbi {
	enum tlbi_scope scope;
	bool any_asid, broadcast;
	bool last_level; /* table descriptors in a walk cache stay */
	uint16_t asid;
	uint64_t start, end; /* of VA and RANGE: canonical addresses, end exclusive (0: the top) */
};

/* Decode an instruction. Only INSN_TLBI sets more than `kind` and `rt`. A TLBI that is unknown, or
 * is for another translation regime than EL1&0, is TLBI_ALL. */
struct insn decode__insn(uint32_t opcode);
/* Decode a TLBI's operand. `lpa2`: TCR_EL1.DS, with which the base address of a range is in units
 * of 64K. A range with a reserved granule is TLBI_ALL. */
struct tlbi decode__tlbi(const struct insn *insn, uint64_t xt, bool lpa2);
/* "all", "asid", "va", "range". */
const char *tlbi_scope__name(enum tlbi_scope scope);

/* An address without its tag: bit 55 selects the half of the address space, and is copied to the
 * bits above it. */
static inline uint64_t va__canonical(uint64_t va)
{
	return (uint64_t)((int64_t)(va << 8) >> 8);
}

static inline bool va__is_kernel(uint64_t va)
{
	return va >> 55 & 1;
}

#endif
