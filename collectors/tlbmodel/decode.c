// SPDX-License-Identifier: GPL-2.0-only
/* decode.c - recognises the A64 instructions that the model needs: TLBI, DC ZVA, writes of TTBR and
 * TCR, and the marker. */
#include "collectors/tlbmodel/decode.h"

#include "collectors/tlbmodel/marker.h"

/* Fields of SYS and MSR: op0(2) op1(3) CRn(4) CRm(4) op2(3) Rt(5), from bit 20 down. */
#define SYS_MASK 0xfff80000u
#define SYS 0xd5080000u /* op0 = 1 */
#define MSR_EL1(crn, crm, op2) (0xd5180000u | (crn) << 12 | (crm) << 8 | (op2) << 5)
#define DC(op2) (0xd50b7400u | (op2) << 5)

/* CRm says whether a TLBI is broadcast (IS, OS) and whether it takes a range; op2 selects ASIDs and
 * levels (Arm DDI 0487, C5.5). One that is not recognised invalidates everything, which costs extra
 * walks but never leaves a stale entry. */
static struct insn decode_tlbi(uint32_t op)
{
	unsigned int op1 = op >> 16 & 7, crm = op >> 8 & 15, op2 = op >> 5 & 7;
	struct insn in = { .kind = INSN_TLBI, .rt = op & 31 };
	bool range = crm == 2 || crm == 5 || crm == 6;

	in.broadcast = crm != 7 && crm != 6;
	in.scope = TLBI_ALL;
	/* Not the EL1&0 regime. */
	if (op1)
		return in;
	if (crm != 1 && crm != 3 && crm != 7 && !range)
		return in;
	if (op2 == 2 && !range) {
		in.scope = TLBI_ASID;
	} else if (op2 & 1) {
		in.scope = range ? TLBI_RANGE : TLBI_VA;
		in.any_asid = op2 & 2;
		in.last_level = op2 & 4;
	}
	return in;
}

/* With op0 = 1, CRn 7 is DC, and 8 and 9 are TLBI. With op0 = 3, CRn 2 has TTBR0, TTBR1 and TCR. */
struct insn decode__insn(uint32_t op)
{
	struct insn in = { .rt = op & 31 };

	if (op == MARK_OPCODE)
		in.kind = INSN_MARK;
	else if ((op & ~31u) == DC(1) || (op & ~31u) == DC(3) || (op & ~31u) == DC(4))
		in.kind = INSN_DC_ZVA;
	else if ((op & ~31u) == MSR_EL1(2, 0, 0))
		in.kind = INSN_MSR_TTBR0;
	else if ((op & ~31u) == MSR_EL1(2, 0, 1))
		in.kind = INSN_MSR_TTBR1;
	else if ((op & ~31u) == MSR_EL1(2, 0, 2))
		in.kind = INSN_MSR_TCR;
	/* CRn 8, and 9 for the nXS forms. */
	else if ((op & SYS_MASK) == SYS && ((op >> 12 & 15) == 8 || (op >> 12 & 15) == 9))
		return decode_tlbi(op);
	return in;
}

/* Operand of TLBI R*: BaseADDR 36:0, NUM 43:39, SCALE 45:44, TG 47:46 (Arm DDI 0487, C5.5). */
static void set_range(struct tlbi *t, uint64_t xt, bool lpa2)
{
	static const unsigned int shifts[] = { 0, 12, 14, 16 };
	unsigned int granule = shifts[xt >> 46 & 3], shift = lpa2 ? 16 : granule;
	uint64_t base = xt & ((1ull << 37) - 1);
	uint64_t pages = ((xt >> 39 & 31) + 1) << (5 * (xt >> 44 & 3) + 1);

	if (!granule) {
		t->scope = TLBI_ALL;
		return;
	}
	/* BaseADDR has 37 bits; the highest is the sign. */
	t->start = (uint64_t)((int64_t)(base << 27) >> 27) << shift;
	t->end = t->start + (pages << granule);
}

/* Xt has the ASID in 63:48 and, for a single address, VA[55:12] in 43:0. */
struct tlbi decode__tlbi(const struct insn *in, uint64_t xt, bool lpa2)
{
	struct tlbi t = { .scope = in->scope,
			  .any_asid = in->any_asid,
			  .broadcast = in->broadcast,
			  .last_level = in->last_level,
			  .asid = (uint16_t)(xt >> 48) };

	if (in->scope == TLBI_VA) {
		t.start = va__canonical((xt & ((1ull << 44) - 1)) << 12);
		t.end = t.start + 4096;
	} else if (in->scope == TLBI_RANGE) {
		set_range(&t, xt, lpa2);
	}
	return t;
}

const char *tlbi_scope__name(enum tlbi_scope scope)
{
	static const char *const names[TLBI_SCOPES] = {
		[TLBI_ALL] = "all",
		[TLBI_ASID] = "asid",
		[TLBI_VA] = "va",
		[TLBI_RANGE] = "range",
	};

	return names[scope];
}
