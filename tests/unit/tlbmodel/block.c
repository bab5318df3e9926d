// SPDX-License-Identifier: GPL-2.0-only
/* Which accesses of a block are reported: enough for true LRU to give the same result as with
 * all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collectors/tlbmodel/block.h"
#include "collectors/tlbmodel/follow.h"
#include "lib/rng.h"

#define BLOCKS 20000
#define WAYS 12
#define MAX_ACCESSES (2 * BLOCK_INSNS)

static void planned(void **state)
{
	static const struct {
		uint32_t opcode;
		struct block_insn want;
	} code[] = {
		{ 0xd503233f, { 0 } }, /* paciasp */
		/* stp x29, x30, [sp, #-48]! */
		{ 0xa9bd7bfd, { .reports = true, .high = 32, .last = 32 } },
		{ 0x910003fd, { 0 } }, /* mov x29, sp */
		{ 0xa90153f3, { 0 } }, /* stp x19, x20, [sp, #16] */
		{ 0xf90013b5, { 0 } }, /* str x21, [x29, #32] */
		/* ldr x0, [x1, #8] */
		{ 0xf9400420, { .reports = true, .low = -8, .last = -8 } },
		{ 0xf8400826, { 0 } }, /* ldtr x6, [x1] */
		{ 0x91004021, { 0 } }, /* add x1, x1, #16 */
		{ 0xa8811c46, { .reports = true } }, /* stp x6, x7, [x2], #16 */
		{ 0xf8400829,
		  { .reports = true } }, /* ldtr x9, [x1]: another access came between */
		{ 0xf8626823, { .reports = true } }, /* ldr x3, [x1, x2] */
		{ 0xf8636841, { .reports = true } }, /* ldr x1, [x2, x3] */
		/* ldr x0, [x1, #8]: another x1 */
		{ 0xf9400420, { .reports = true, .low = -8, .last = -8 } },
		{ 0xf9802021, { 0 } }, /* prfm pldl1strm, [x1, #64]: no access */
		{ 0x29400420, { 0 } }, /* ldp w0, w1, [x1]: the last one with this x1 */
		/* stur x1, [x2, #-8] */
		{ 0xf81f8041, { .reports = true, .high = 8, .last = 8 } },
		{ 0xb8804440, { 0 } }, /* ldrsw x0, [x2], #4 */
		{ 0xd14007ff, { 0 } }, /* sub sp, sp, #1, lsl #12 */
		{ 0xf90013f5, { .reports = true } }, /* str x21, [sp, #32] */
		{ 0x914007ff, { 0 } }, /* add sp, sp, #1, lsl #12 */
		{ 0xf90013f5, { .reports = true } }, /* str x21, [sp, #32]: too far away */
		{ 0xad400420, { .reports = true } }, /* ldp q0, q1, [x1] */
		{ 0xf82400c5, { .reports = true } }, /* ldadd x4, x5, [x6] */
		{ 0xd50b7a20, { .reports = true } }, /* dc cvac, x0 */
		{ 0xd5384100, { 0 } }, /* mrs x0, sp_el0 */
		{ 0x14000000, { 0 } }, /* b */
	};
	struct block b = { .n = ARRAY_SIZE(code) };

	(void)state;
	for (size_t i = 0; i < b.n; i++)
		b.opcode[i] = code[i].opcode;
	block__plan(&b, true);
	for (size_t i = 0; i < b.n; i++)
		if (b.insn[i].reports != code[i].want.reports ||
		    b.insn[i].low != code[i].want.low || b.insn[i].high != code[i].want.high ||
		    b.insn[i].last != code[i].want.last)
			fail_msg("%zu (%08x): %d %d %d %d", i, b.opcode[i], b.insn[i].reports,
				 b.insn[i].low, b.insn[i].high, b.insn[i].last);
}

/* A block whose first access is on the stack, and blocks where something may come before it. */
static void stack_comes_first(void **state)
{
	static const struct {
		uint32_t opcode[3];
		size_t want;
	} cases[] = {
		{ { 0xd503233f, 0xa9bd7bfd, 0xf9400020 },
		  1 }, /* paciasp; stp x29, x30, [sp, #-48]! */
		{ { 0xa94153f3, 0xa8c27bfd, 0xd65f03c0 },
		  0 }, /* ldp x19, x20, [sp, #16]; ldp, ret */
		{ { 0xd10083ff, 0x910003fd, 0xf9000ba0 },
		  2 }, /* sub sp; mov x29, sp; str x0, [x29] */
		{ { 0xf9802021, 0xf90003e0, 0xd503201f }, 1 }, /* prfm, which is no access; str */
		{ { 0xf9400020, 0xf90003e0, 0xd503201f }, 3 }, /* ldr x0, [x1] may fault */
		{ { 0x9100001f, 0xf90003e0, 0xd503201f }, 3 }, /* mov sp, x0 */
		{ { 0xf90003a0, 0xd503201f, 0xd503201f }, 3 }, /* str x0, [x29] */
		{ { 0xd508871f, 0xf90003e0, 0xd503201f }, 3 }, /* tlbi vmalle1; str */
		{ { 0xd5182000, 0xf90003e0, 0xd503201f }, 3 }, /* msr ttbr0_el1, x0; str */
		{ { 0xd50b7420, 0xf90003e0, 0xd503201f }, 3 }, /* dc zva, x0; str */
		{ { 0xd503201f, 0xd503201f, 0xd65f03c0 }, 3 }, /* no access */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct block b = { .n = 3 };

		memcpy(b.opcode, cases[i].opcode, sizeof(cases[i].opcode));
		block__plan(&b, true);
		assert_int_equal(b.stack_first, cases[i].want);
		assert_true(b.stack_first == b.n || b.insn[b.stack_first].reports);
	}
}

/* Instructions that write a register which their encoding does not name. */
static void implicit_destinations(void **state)
{
	static const struct {
		uint32_t opcode;
		unsigned int reg;
	} code[] = {
		{ 0xd503251f, 16 }, /* chkfeat x16 */
		{ 0xd503211f, 17 }, /* pacia1716 */
		{ 0xdac18bfe, 17 }, /* pacia171615 */
		{ 0xdac1bffe, 17 }, /* autib171615 */
		{ 0xd503233f, 30 }, /* paciasp */
		{ 0xf83fd000, 7 }, /* ld64b x0, [x0] */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(code); i++) {
		struct block b = { .n = 3 };

		b.opcode[0] = 0xf9400001 | code[i].reg << 5; /* ldr x1, [reg] */
		b.opcode[1] = code[i].opcode;
		b.opcode[2] = 0xf9400401 | code[i].reg << 5; /* ldr x1, [reg, #8] */
		block__plan(&b, true);
		if (!b.insn[2].reports)
			fail_msg("%08x: x%u is taken for unchanged", code[i].opcode, code[i].reg);
		b.opcode[1] = 0xd503201f; /* nop */
		block__plan(&b, true);
		if (b.insn[2].reports != (code[i].reg >= 16))
			fail_msg("x%u: changed by a nop", code[i].reg);
	}
}

/* The registers while a random block runs. */
struct machine {
	struct rng rng;
	uint64_t reg[FOLLOW_REGS];
};

static unsigned int any_reg(struct machine *m)
{
	return (unsigned int)rng__below(&m->rng, 6);
}

/* Addresses in a few pages, some of them near a page boundary. */
static uint64_t any_value(struct machine *m)
{
	return (1 + rng__below(&m->rng, 20)) * 4096 + 8 * rng__below(&m->rng, 512);
}

/* Generate and execute an ADD or SUB of a constant, a MOV or an EOR. */
static uint32_t compute(struct machine *m)
{
	unsigned int rd = any_reg(m), rn = any_reg(m);
	unsigned int by = 8 * (unsigned int)rng__below(&m->rng, 5);

	switch (rng__below(&m->rng, 4)) {
	case 0:
		m->reg[rd] = m->reg[rn] + by;
		return 0x91000000 | by << 10 | rn << 5 | rd;
	case 1:
		m->reg[rd] = m->reg[rn] - by;
		return 0xd1000000 | by << 10 | rn << 5 | rd;
	case 2:
		m->reg[rd] = m->reg[rn];
		return 0xaa0003e0 | rn << 16 | rd;
	default:
		m->reg[rd] = any_value(m);
		return 0xca000000 | 7 << 16 | rn << 5 | rd;
	}
}

/* Generate and execute an LDR, STR, LDP or STP with a constant offset: plain, post- or
 * pre-indexed. */
static uint32_t access_memory(struct machine *m, uint64_t *va)
{
	unsigned int rn = any_reg(m), rt = 8 + any_reg(m);
	unsigned int mode = (unsigned int)rng__below(&m->rng, 3);
	bool load = rng__below(&m->rng, 2), is_pair = rng__below(&m->rng, 2);
	int64_t by = 8 * ((int64_t)rng__below(&m->rng, 9) - 4);
	uint32_t op = (rt + 8) << 10 | rn << 5 | rt;

	*va = m->reg[rn] + (mode == 1 ? 0 : (uint64_t)by);
	if (mode)
		m->reg[rn] += (uint64_t)by;
	if (load && !mode) { /* into a register that may be a base later */
		unsigned int to = any_reg(m);

		op = (op & ~31u) | to;
		m->reg[to] = any_value(m);
	}
	if (is_pair)
		return op | (load ? 0xa8400000 : 0xa8000000) | ((uint32_t)(by / 8) & 127) << 15 |
		       (mode == 0 ? 2u :
			mode == 1 ? 1u :
				    3u)
			       << 23;
	op &= ~(31u << 10);
	return op | (load ? 0xf8400000 : 0xf8000000) | ((uint32_t)by & 511) << 12 |
	       (mode == 0 ? 0u :
		mode == 1 ? 1u :
			    3u)
		       << 10;
}

/* A fully associative TLB with true LRU. */
struct lru {
	size_t ways; /* up to WAYS */
	uint64_t page[WAYS]; /* most recently used first */
	uint64_t missed[MAX_ACCESSES];
	size_t misses;
};

static void use(struct lru *l, uint64_t page)
{
	size_t i = 0;

	while (i < l->ways - 1 && l->page[i] != page)
		i++;
	if (l->page[i] != page)
		l->missed[l->misses++] = page;
	memmove(&l->page[1], l->page, i * sizeof(l->page[0]));
	l->page[0] = page;
}

static bool same(const struct lru *a, const struct lru *b)
{
	return a->misses == b->misses && !memcmp(a->page, b->page, sizeof(a->page)) &&
	       !memcmp(a->missed, b->missed, a->misses * sizeof(a->missed[0]));
}

static size_t make_block(struct machine *m, struct block *b, uint64_t va[BLOCK_INSNS])
{
	size_t accesses = 0;

	b->n = 2 + rng__below(&m->rng, 40);
	for (size_t i = 0; i < b->n; i++) {
		va[i] = 0;
		b->opcode[i] = rng__below(&m->rng, 3) ? access_memory(m, &va[i]) : compute(m);
		accesses += va[i] != 0;
	}
	return accesses;
}

/* Run the accesses that report, with those that they stand for. Returns how many groups had two
 * pages. */
static size_t run_planned(struct lru *l, const struct block *b, const uint64_t *va,
			  size_t *reported)
{
	size_t two_pages = 0;

	for (size_t i = 0; i < b->n; i++) {
		const struct block_insn *in = &b->insn[i];
		const uint64_t page = va[i] >> 12, low = (va[i] + (uint64_t)in->low) >> 12,
			       high = (va[i] + (uint64_t)in->high) >> 12;

		if (!va[i] || !in->reports)
			continue;
		++*reported;
		use(l, page);
		if (low == high)
			continue;
		two_pages++;
		use(l, low != page ? low : high);
		if ((va[i] + (uint64_t)in->last) >> 12 == page)
			use(l, page);
	}
	return two_pages;
}

/* Random blocks: misses and final LRU order are the same with all accesses and with those that
 * report. */
static void compare_lru(size_t ways)
{
	static struct lru all, some;
	struct machine m = { 0 };
	size_t accesses = 0, reported = 0, two_pages = 0;

	all = (struct lru){ .ways = ways };
	rng__seed(&m.rng, 4);
	for (size_t i = 0; i < FOLLOW_REGS; i++)
		m.reg[i] = any_value(&m);
	for (size_t n = 0; n < BLOCKS; n++) {
		static struct block b;
		uint64_t va[BLOCK_INSNS];

		some = all;
		all.misses = some.misses = 0;
		for (size_t i = 0; i < 6; i++)
			m.reg[i] = any_value(&m);
		accesses += make_block(&m, &b, va);
		block__plan(&b, true);
		for (size_t i = 0; i < b.n; i++)
			if (va[i])
				use(&all, va[i] >> 12);
		two_pages += run_planned(&some, &b, va, &reported);
		if (!same(&all, &some))
			fail_msg("block %zu", n);
	}
	assert_in_range(two_pages, BLOCKS / 100, BLOCKS);
	assert_in_range(reported, accesses / 4, accesses * 9 / 10);
}

static void same_result_as_all_accesses(void **state)
{
	(void)state;
	compare_lru(2);
	compare_lru(4);
	compare_lru(WAYS);
}

static void direct_mapped_reports_all(void **state)
{
	struct block b = { .n = 3, .opcode = { 0xf9400420, 0xf9400421, 0xf9400422 } };

	(void)state;
	block__plan(&b, false);
	assert_true(b.insn[0].reports && b.insn[1].reports && b.insn[2].reports);
}

/* The loop of clear_page() in 6.18, and similar code that may leave the page. */
static void clear_page_loop(void **state)
{
	const struct block loop = {
		.n = 4,
		.opcode = { 0xd50b7423, 0x8b010063, 0xf2402c7f, 0x54ffffa1 },
	};
	static const uint32_t other[] = { 0xd50b7424, 0x8b010064, 0xf240347f, 0x54ffffaa };

	(void)state;
	assert_true(block__clears(&loop));
	for (size_t i = 0; i < loop.n; i++) {
		struct block b = loop;

		b.opcode[i] = other[i];
		assert_false(block__clears(&b));
	}
	for (size_t n = 0; n < loop.n; n++) {
		struct block b = loop;

		b.n = n;
		assert_false(block__clears(&b));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planned),
		cmocka_unit_test(stack_comes_first),
		cmocka_unit_test(implicit_destinations),
		cmocka_unit_test(same_result_as_all_accesses),
		cmocka_unit_test(direct_mapped_reports_all),
		cmocka_unit_test(clear_page_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
