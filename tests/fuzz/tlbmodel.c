// SPDX-License-Identifier: GPL-2.0-only
/* tlbmodel.c - the TLB model on any memory, registers and opcodes: no crash, consistent sums. */
#include "collectors/support/tlbmodel_parse.h"
#include "collectors/tlbmodel/block.h"
#include "collectors/tlbmodel/census.h"
#include "collectors/tlbmodel/marker.h"
#include "collectors/tlbmodel/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BASE 0x40000000ull
#define RAM_SIZE (64u << 10)

struct input {
	uint64_t tcr, ttbr0, ttbr1, va, xt;
	uint32_t opcode;
	uint8_t granule, bits; /* steer TCR to values that make sense */
};

/* Fill the memory with the input, repeated, and turn every third word into a descriptor of an address in it. */
static void fill(uint64_t *mem, const uint8_t *data, size_t size)
{
	for (size_t i = 0; size && i < RAM_SIZE; i++)
		((uint8_t *)mem)[i] = data[i % size];
	for (size_t i = 0; i < RAM_SIZE / 8; i += 3)
		mem[i] = BASE + (mem[i] & 0xffffull) + (mem[i] & 0xfff0000000000803ull);
}

static void use_model(const struct ram *ram, const struct input *in, const struct regions *r)
{
	struct model m = { .ram = *ram, .regions = *r };
	struct insn insn = decode__insn(in->opcode);
	struct tlbi op = decode__tlbi(&insn, in->xt, in->bits & 1);
	struct geometry g;

	if (geometry__parse("a/4x4/4x2/21/16x4", &g) || model__add_geometry(&m, &g) ||
	    model__add_vcpu(&m, 0))
		abort();
	model__registers(m.vcpu[0], in->tcr, in->ttbr0, in->ttbr1);
	for (uint64_t i = 0; i < 64; i++)
		model__access(&m, m.vcpu[0], i & 1, i >> 1 & 1, in->va + (i * in->xt));
	if (op.scope >= TLBI_SCOPES || insn.rt > 31)
		abort();
	model__tlbi(&m, m.vcpu[0], &op);
	model__access(&m, m.vcpu[0], SIDE_D, MODE_KERNEL, in->va);
	model__release(&m);
}

static void use_census(const struct ram *ram, const struct input *in, const struct regions *r)
{
	struct walk_half h = walk__half(in->tcr, in->ttbr1, true);
	struct census c;

	if (census__take(&c, ram, &h, r))
		return;
	for (enum section s = 0; s < SECTION_MAX; s++) {
		uint64_t sum = 0;

		for (unsigned int i = 0; i < WALK_SHIFTS; i++)
			sum += c.section[s].leaf[i];
		if (sum != c.section[s].ro + c.section[s].rw ||
		    sum != c.section[s].nx + c.section[s].x)
			abort();
	}
}

/* The input as code: only an instruction that reports may stand for a range of accesses, and the range is
 * limited (BLOCK_REACH). */
static void use_block(const uint8_t *data, size_t size)
{
	static struct block b;

	b.n = size / 4 < BLOCK_INSNS ? size / 4 : BLOCK_INSNS;
	memcpy(b.opcode, data, b.n * 4);
	block__plan(&b, 24);
	for (size_t i = 0; i < b.n; i++) {
		const struct block_insn *in = &b.insn[i];

		if (in->low > 0 || in->high < 0 || in->high - in->low >= BLOCK_REACH ||
		    (!in->reports && (in->low || in->high)))
			abort();
	}
}

/* Texts from the guest's kernel and from the command line. */
static void use_texts(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	const char *at = text;
	struct regions r = { 0 };
	struct geometry g;
	struct ram ram;
	uint64_t a, b;

	regions__parse(&r, text, strlen(text));
	tlbmodel__note(text, &a, &b);
	if (!tlbmodel__image(text, &a, &b) && a >= b)
		abort();
	while (tlbmodel__module_area(&at, &a, &b))
		if (a >= b || at > text + strlen(text))
			abort();
	if (!ram__parse(&ram, text, BASE) && !ram.size)
		abort();
	geometry__parse(text, &g);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint64_t mem[RAM_SIZE / 8];
	const struct ram ram = { (const uint8_t *)mem, BASE, RAM_SIZE };
	struct regions r = { .known = true, .linear = { ~0ull << 48, ~0ull << 47 } };
	struct input in;

	use_texts(data, size);
	use_block(data, size);
	if (size < sizeof(in))
		return 0;
	memcpy(&in, data, sizeof(in));
	if (in.bits & 2)
		in.tcr = (in.tcr & (1ull << 59)) | (12ull + in.bits / 4) << 16 | 16 |
			 (uint64_t)(in.granule & 3) << 30 | (uint64_t)(in.granule >> 2 & 3) << 14;
	in.ttbr0 = (in.ttbr0 & 0xffff00000000fff8) + BASE;
	in.ttbr1 = (in.ttbr1 & 0xffff00000000fff8) + BASE;
	fill(mem, data, size);
	use_model(&ram, &in, &r);
	use_census(&ram, &in, &r);
	return 0;
}
