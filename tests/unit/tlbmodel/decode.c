// SPDX-License-Identifier: GPL-2.0-only
/* Decoding of opcodes, as assembled by GNU as, and of the operands of TLBI. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collectors/tlbmodel/decode.h"

static void opcodes(void **state)
{
	static const struct {
		uint32_t opcode;
		struct insn want;
	} cases[] = {
		{ 0xd5032c1f, { .kind = INSN_MARK } }, /* hint #96 */
		{ 0xd503201f, { .kind = INSN_OTHER } }, /* nop */
		{ 0xd50b7423, { .kind = INSN_DC_ZVA, .rt = 3 } },
		{ 0xd50b7464, { .kind = INSN_DC_ZVA, .rt = 4 } }, /* dc gva */
		{ 0xd50b7485, { .kind = INSN_DC_ZVA, .rt = 5 } }, /* dc gzva */
		{ 0xd50b7e21, { .kind = INSN_OTHER } }, /* dc civac */
		{ 0xd5182009, { .kind = INSN_MSR_TTBR0, .rt = 9 } },
		{ 0xd518202a, { .kind = INSN_MSR_TTBR1, .rt = 10 } },
		{ 0xd518205e, { .kind = INSN_MSR_TCR, .rt = 30 } },
		{ 0xd5382001, { .kind = INSN_OTHER } }, /* mrs x1, ttbr0_el1 */
		{ 0xd5181001, { .kind = INSN_OTHER } }, /* msr sctlr_el1, x1 */
		{ 0xd508871f, { .kind = INSN_TLBI, .rt = 31 } }, /* vmalle1 */
		{ 0xd508831f, { .kind = INSN_TLBI, .rt = 31, .broadcast = true } },
		{ 0xd508811f, { .kind = INSN_TLBI, .rt = 31, .broadcast = true } },
		{ 0xd5088721, { .kind = INSN_TLBI, .rt = 1, .scope = TLBI_VA } },
		{ 0xd5088322, { .kind = INSN_TLBI, .rt = 2, .scope = TLBI_VA, .broadcast = true } },
		{ 0xd5088343,
		  { .kind = INSN_TLBI, .rt = 3, .scope = TLBI_ASID, .broadcast = true } },
		{ 0xd5088743, { .kind = INSN_TLBI, .rt = 3, .scope = TLBI_ASID } },
		{ 0xd5088364,
		  { .kind = INSN_TLBI,
		    .rt = 4,
		    .scope = TLBI_VA,
		    .any_asid = true,
		    .broadcast = true } },
		{ 0xd50883a5,
		  { .kind = INSN_TLBI,
		    .rt = 5,
		    .scope = TLBI_VA,
		    .last_level = true,
		    .broadcast = true } },
		{ 0xd50887e6,
		  { .kind = INSN_TLBI,
		    .rt = 6,
		    .scope = TLBI_VA,
		    .any_asid = true,
		    .last_level = true } },
		{ 0xd5088227,
		  { .kind = INSN_TLBI, .rt = 7, .scope = TLBI_RANGE, .broadcast = true } },
		{ 0xd50882a8,
		  { .kind = INSN_TLBI,
		    .rt = 8,
		    .scope = TLBI_RANGE,
		    .last_level = true,
		    .broadcast = true } },
		{ 0xd5088669,
		  { .kind = INSN_TLBI, .rt = 9, .scope = TLBI_RANGE, .any_asid = true } },
		{ 0xd50885ea,
		  { .kind = INSN_TLBI,
		    .rt = 10,
		    .scope = TLBI_RANGE,
		    .any_asid = true,
		    .last_level = true,
		    .broadcast = true } },
		{ 0xd50c831f, { .kind = INSN_TLBI, .rt = 31, .broadcast = true } }, /* alle2is */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct insn in = decode__insn(cases[i].opcode);
		const struct insn *want = &cases[i].want;

		assert_int_equal(in.kind, want->kind);
		if (in.kind == INSN_OTHER || in.kind == INSN_MARK)
			continue;
		assert_int_equal(in.rt, want->rt);
		assert_int_equal(in.scope, want->scope);
		assert_int_equal(in.any_asid, want->any_asid);
		assert_int_equal(in.last_level, want->last_level);
		assert_int_equal(in.broadcast, want->broadcast);
	}
}

static struct tlbi of(uint32_t opcode, uint64_t xt, bool lpa2)
{
	struct insn in = decode__insn(opcode);

	return decode__tlbi(&in, xt, lpa2);
}

/* ASID 63:48, TTL 47:44, address 43:0. */
static void operand_of_an_address(void **state)
{
	struct tlbi t = of(0xd5088322, 0xabcdull << 48 | 7ull << 44 | 0xff800008123ull, false);

	(void)state;
	assert_int_equal(t.asid, 0xabcd);
	assert_true(t.start == 0xffff800008123000ull);
	assert_true(t.end == t.start + 4096);
	t = of(0xd5088322, 1ull << 48 | 0x0000ffff123ull, false);
	assert_true(t.start == 0xffff123000ull);
}

/* ASID 63:48, TG 47:46, SCALE 45:44, NUM 43:39, TTL 38:37, BaseADDR 36:0. */
static void operand_of_a_range(void **state)
{
	uint64_t tg4 = 1ull << 46, tg16 = 2ull << 46, tg64 = 3ull << 46;
	struct tlbi t = of(0xd5088227, 5ull << 48 | tg4 | 3ull << 39 | 0x12345, false);

	(void)state;
	assert_int_equal(t.scope, TLBI_RANGE);
	assert_int_equal(t.asid, 5);
	assert_true(t.start == 0x12345000);
	assert_true(t.end - t.start == 8 * 4096); /* (3 + 1) << 1 */
	t = of(0xd5088227, tg4 | 2ull << 44 | 31ull << 39 | 3ull << 37 | 0x1fff800008ull, false);
	assert_true(t.start == 0xfffffff800008000ull);
	assert_true(t.end - t.start == (32ull << 11) * 4096);
	t = of(0xd5088227, tg16 | 0x10, false);
	assert_true(t.start == 0x10ull << 14 && t.end - t.start == 2ull << 14);
	t = of(0xd5088227, tg64 | 0x10, false);
	assert_true(t.start == 0x10ull << 16 && t.end - t.start == 2ull << 16);
	t = of(0xd5088227, tg4 | 0x10, true); /* LPA2: the base is in units of 64K */
	assert_true(t.start == 0x10ull << 16 && t.end - t.start == 2ull << 12);
	t = of(0xd5088227, 0x10, false); /* a reserved granule */
	assert_int_equal(t.scope, TLBI_ALL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opcodes),
		cmocka_unit_test(operand_of_an_address),
		cmocka_unit_test(operand_of_a_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
