// SPDX-License-Identifier: GPL-2.0-only
/* Walks, censuses and the model, on page tables of every granule that the tests build in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collectors/tlbmodel/census.h"
#include "collectors/tlbmodel/marker.h"
#include "collectors/tlbmodel/model.h"
#include "lib/rng.h"

#define BASE 0x40000000ull
#define SIZE (4u << 20)
#define VALID 1ull
#define TABLE 2ull
#define CONT (1ull << 52)
#define NG (1ull << 11)
#define RO (1ull << 7)
#define PXN (1ull << 53)

struct mem {
	struct ram ram;
	uint8_t *data;
	uint64_t next; /* physical address of the next free page */
};

/* A configuration of the upper half; the lower half is off (EPD0). */
struct kind {
	uint64_t tcr;
	unsigned int page, first; /* log2 of a page; shift of the first-level index */
	unsigned int levels;
	bool lpa2;
};

static const struct kind kinds[] = {
	{ 1ull << 7 | 16ull << 16 | 2ull << 30, 12, 39, 4, false }, /* 4K, 48 bits */
	{ 1ull << 7 | 25ull << 16 | 2ull << 30, 12, 30, 3, false }, /* 4K, 39 bits */
	{ 1ull << 7 | 12ull << 16 | 2ull << 30 | 1ull << 59, 12, 48, 5, true }, /* 4K, 52 bits */
	{ 1ull << 7 | 17ull << 16 | 1ull << 30, 14, 36, 3, false }, /* 16K, 47 bits */
	{ 1ull << 7 | 12ull << 16 | 1ull << 30 | 1ull << 59, 14, 47, 4, true }, /* 16K, 52 */
	{ 1ull << 7 | 16ull << 16 | 3ull << 30, 16, 42, 3, false }, /* 64K, 48 bits */
	{ 1ull << 7 | 12ull << 16 | 3ull << 30 | 6ull << 32, 16, 42, 3, false }, /* 64K, 52 */
};

static void mem_init(struct mem *m)
{
	m->data = xcalloc(1, SIZE);
	m->ram = (struct ram){ m->data, BASE, SIZE };
	m->next = BASE;
}

static uint64_t take_page(struct mem *m, const struct kind *k)
{
	uint64_t pa = m->next;

	m->next += 1ull << k->page;
	assert_true(m->next <= BASE + SIZE);
	return pa;
}

static uint64_t *slot(const struct mem *m, uint64_t pa)
{
	return (uint64_t *)(void *)(m->data + (pa - BASE));
}

/* Map `va` by a leaf `up` levels above the last one: 0 is a page. */
static void map(struct mem *m, const struct kind *k, uint64_t root, uint64_t va, unsigned int up,
		uint64_t flags)
{
	unsigned int stride = k->page - 3, leaf = k->page + up * stride, shift = k->first;
	uint64_t table = root;

	va &= (1ull << (64 - (k->tcr >> 16 & 63))) - 1;
	for (; shift > leaf; shift -= stride) {
		uint64_t i = va >> shift & ((1ull << stride) - 1);
		uint64_t *d = slot(m, table + 8 * i);

		if (!*d)
			*d = take_page(m, k) | VALID | TABLE;
		table = *d & 0xfffffff000ull;
	}
	*slot(m, table + 8 * (va >> leaf & ((1ull << stride) - 1))) = flags | VALID |
								      (up ? 0 : TABLE);
}

static void check_leaf(const struct mem *m, const struct walk_half *h, uint64_t va,
		       unsigned int shift, bool global)
{
	struct walk_leaf leaf;

	assert_true(walk__find(&m->ram, h, va, &leaf));
	assert_int_equal(leaf.shift, shift);
	assert_int_equal(leaf.global, global);
}

static void each_granule_and_depth(void **state)
{
	static const unsigned int cont[] = { [12] = 4, [14] = 7, [16] = 5 };
	static const unsigned int cont_block[] = { [12] = 4, [14] = 5, [16] = 5 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct kind *k = &kinds[i];
		unsigned int block = 2 * k->page - 3;
		uint64_t va = ~0ull << (block + 6), root;
		struct walk_half h;
		struct walk_leaf leaf;
		struct mem m;

		mem_init(&m);
		root = take_page(&m, k);
		map(&m, k, root, va, 0, 0);
		map(&m, k, root, va + (1ull << k->page), 0, CONT | NG);
		map(&m, k, root, va + (1ull << block), 1, 0);
		map(&m, k, root, va + (2ull << block), 1, CONT);
		h = walk__half(k->tcr, root | 0x1234ull << 48 | 1, true);
		assert_true(h.on);
		assert_int_equal(h.levels, k->levels);
		assert_int_equal(h.lpa2, k->lpa2);
		check_leaf(&m, &h, va + 8, k->page, true);
		check_leaf(&m, &h, va + (1ull << k->page), k->page + cont[k->page], false);
		check_leaf(&m, &h, va + (1ull << block) + 12345, block, true);
		check_leaf(&m, &h, va + (2ull << block), block + cont_block[k->page], true);
		assert_false(walk__find(&m.ram, &h, va + (3ull << block), &leaf));
		h = walk__half(k->tcr, root, false);
		assert_false(h.on || walk__find(&m.ram, &h, va, &leaf));
		free(m.data);
	}
}

static void registers_that_make_no_sense(void **state)
{
	(void)state;
	for (uint64_t t1sz = 0; t1sz < 64; t1sz++)
		for (uint64_t tg1 = 0; tg1 < 4; tg1++) {
			struct walk_half h = walk__half(t1sz << 16 | tg1 << 30, BASE, true);

			assert_true(!h.on || (h.levels >= 1 && h.levels <= WALK_LEVELS && tg1 &&
					      h.va_bits <= 52));
		}
}

static struct regions regions_for(unsigned int va_bits)
{
	struct regions r = { .known = true,
			     .linear = { ~0ull << va_bits, ~0ull << 47 },
			     .vmalloc = { ~0ull << 46, ~0ull << 45 } };

	return r;
}

static void a_census(void **state)
{
	const struct kind *k = &kinds[0];
	struct regions r = regions_for(48);
	uint64_t root, lin = r.linear.start, vm = r.vmalloc.start;
	struct walk_half h;
	struct census c;
	struct mem m;

	(void)state;
	mem_init(&m);
	root = take_page(&m, k);
	map(&m, k, root, lin, 0, PXN);
	map(&m, k, root, lin + 4096, 0, PXN | RO);
	map(&m, k, root, lin + (2ull << 20), 1, PXN);
	map(&m, k, root, lin + (1ull << 30), 2, PXN);
	map(&m, k, root, vm, 0, 0);
	h = walk__half(k->tcr, root, true);
	/* Neither zero nor valid: counted in `invalid` only. */
	*slot(&m, BASE + 3 * 4096 + 8 * 5) = PXN;
	assert_int_equal(census__take(&c, &m.ram, &h, &r), 0);
	assert_true(c.section[SECTION_LINEAR].leaf[12] == 8192);
	assert_true(c.section[SECTION_LINEAR].leaf[21] == 2 << 20);
	assert_true(c.section[SECTION_LINEAR].leaf[30] == 1 << 30);
	assert_true(c.section[SECTION_LINEAR].ro == 4096);
	assert_true(c.section[SECTION_LINEAR].x == 0);
	assert_true(c.section[SECTION_LINEAR].invalid == 4096);
	assert_true(c.section[SECTION_VMALLOC].wx == 4096);
	assert_int_equal(c.tables, 7);
	/* A table that consists of references to itself is walked 512^3 times; one outside of RAM
	 * cannot be read. */
	for (uint64_t i = 0; i < 512; i++)
		*slot(&m, root + 8 * i) = root | VALID | TABLE;
	assert_int_equal(census__take(&c, &m.ram, &h, &r), -ELOOP);
	*slot(&m, root) = 0x80000000ull | VALID | TABLE;
	assert_int_equal(census__take(&c, &m.ram, &h, &r), -EFAULT);
	h.on = false;
	assert_int_equal(census__take(&c, &m.ram, &h, &r), -EINVAL);
	free(m.data);
}

/* A leaf of the linear map is part of the added memory if its physical address is. */
static void memory_that_was_added(void **state)
{
	const struct kind *k = &kinds[0];
	struct regions r = regions_for(48);
	uint64_t root, lin = r.linear.start, vm = r.vmalloc.start;
	struct walk_half h;
	struct census c;
	struct mem m;

	(void)state;
	mem_init(&m);
	root = take_page(&m, k);
	map(&m, k, root, lin, 0, PXN);
	map(&m, k, root, lin + (2ull << 20), 1, PXN | 0x00200000);
	map(&m, k, root, lin + (1ull << 30), 2, PXN | 0x40000000);
	map(&m, k, root, lin + (2ull << 30), 1, PXN | 0x80000000ull);
	map(&m, k, root, lin + (2ull << 30) + (2ull << 20), 1, PXN | 0x80200000ull);
	map(&m, k, root, vm, 0, 0x80000000ull);
	h = walk__half(k->tcr, root, true);
	assert_int_equal(census__take(&c, &m.ram, &h, &r), 0);
	assert_false(c.has_added);
	assert_int_equal(regions__bound(&r, &m.ram, BOUND_ADDED_START, 0x40000000), 0);
	assert_int_equal(regions__bound(&r, &m.ram, BOUND_ADDED_END, 0x801fffff), 0);
	assert_int_equal(census__take(&c, &m.ram, &h, &r), 0);
	assert_true(c.has_added);
	assert_true(c.added.leaf[30] == 1 << 30);
	assert_true(c.added.leaf[21] == 2 << 20);
	assert_true(c.added.rw == (1 << 30) + (2 << 20) && !c.added.ro);
	assert_true(c.section[SECTION_LINEAR].leaf[21] == 6 << 20);
	assert_int_equal(regions__bound(&r, &m.ram, BOUND_ADDED_CLEAR, 0), 0);
	assert_int_equal(census__take(&c, &m.ram, &h, &r), 0);
	assert_false(c.has_added || c.added.rw);
	free(m.data);
}

static void check_alias(const struct census_alias *a, uint64_t start, uint64_t bytes)
{
	assert_true(a->start == start && a->end == start + bytes && a->bytes == bytes);
}

/* Read-only mappings in vmalloc of pages that the linear map has read-only, writable, or not at
 * all. */
static void writable_aliases(void **state)
{
	const struct kind *k = &kinds[0];
	struct regions r = regions_for(48);
	uint64_t root, lin = r.linear.start, vm = r.vmalloc.start;
	struct walk_half h;
	struct census c;
	struct mem m;

	(void)state;
	mem_init(&m);
	root = take_page(&m, k);
	h = walk__half(k->tcr, root, true);
	for (uint64_t i = 0; i < 8; i++)
		if (i != 5)
			map(&m, k, root, lin + 4096 * i, 0,
			    (BASE + 4096 * i) | PXN | (i < 3 ? RO : 0));
	/* As it should be: read-only in both places; and a page that is writable in both. */
	map(&m, k, root, vm, 0, BASE | RO);
	map(&m, k, root, vm + 4096, 0, (BASE + 4096 * 2) | RO);
	map(&m, k, root, vm + 4096 * 2, 0, (BASE + 4096 * 3) | PXN);
	assert_int_equal(census__take(&c, &m.ram, &h, &r), 0);
	assert_int_equal(c.rw_of_ro, 0);
	assert_int_equal(c.n_aliases, 0);
	assert_int_equal(c.ro_checked, 8192);
	/* Two adjacent pages are one area; a third one, after a gap, is another. What is not in the
	 * linear map, or not in RAM, is no alias. */
	map(&m, k, root, vm + 4096 * 8, 0, (BASE + 4096 * 4) | RO);
	map(&m, k, root, vm + 4096 * 9, 0, (BASE + 4096 * 7) | RO | PXN);
	map(&m, k, root, vm + 4096 * 10, 0, (BASE + 4096 * 5) | RO);
	map(&m, k, root, vm + 4096 * 12, 0, (BASE + 4096 * 6) | RO);
	map(&m, k, root, vm + 4096 * 13, 0, 0x9000000 | RO);
	assert_int_equal(census__take(&c, &m.ram, &h, &r), 0);
	assert_int_equal(c.rw_of_ro, 3 * 4096);
	assert_int_equal(c.ro_checked, 5 * 4096);
	assert_int_equal(c.n_aliases, 2);
	check_alias(&c.alias[0], vm + 4096 * 8, 8192);
	check_alias(&c.alias[1], vm + 4096 * 12, 4096);
	assert_int_equal(c.alias[0].section, SECTION_VMALLOC);
	/* Areas that do not fit are counted. */
	for (uint64_t i = 0; i < CENSUS_ALIASES; i++)
		map(&m, k, root, vm + 4096 * (16 + 2 * i), 0, (BASE + 4096 * 4) | RO);
	assert_int_equal(census__take(&c, &m.ram, &h, &r), 0);
	assert_int_equal(c.n_aliases, CENSUS_ALIASES);
	assert_int_equal(c.lost_aliases, 2);
	assert_int_equal(c.rw_of_ro, (3 + CENSUS_ALIASES) * 4096);
	free(m.data);
}

static void add_cores(struct model *m, size_t n)
{
	static const char *const words[] = { "a/2x2/2x2/21/8x2", "b/2x2/2x2/21/64x4",
					     "c/4x4/1x1/21/8x2", "d/4x4/2x2/21/8x2" };
	static const size_t leaders[] = { 0, 0, 2, 0 };
	struct geometry g;

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(geometry__parse(words[i], &g), 0);
		assert_int_equal(model__add_geometry(m, &g), 0);
		assert_int_equal(m->leader[i][SIDE_D], leaders[i]);
	}
}

/* 32 pages in turn: too many for an L2 of 8 entries, but not for one of 64. */
static void a_model(void **state)
{
	const struct kind *k = &kinds[0];
	struct model model = { .regions = regions_for(48) };
	uint64_t root, lin = model.regions.linear.start;
	struct tlbi all = { .scope = TLBI_VA, .broadcast = true, .start = lin, .end = lin + 4096 };
	struct mem m;

	(void)state;
	mem_init(&m);
	root = take_page(&m, k);
	for (uint64_t i = 0; i < 32; i++)
		map(&m, k, root, lin + i * 4096, 0, PXN);
	model.ram = m.ram;
	add_cores(&model, 3);
	assert_int_equal(model__add_vcpu(&model, 0), 0);
	assert_int_equal(model__add_vcpu(&model, 1), 0);
	model__registers(model.vcpu[0], k->tcr, 0, root);
	for (int round = 0; round < 10; round++)
		for (uint64_t i = 0; i < 32; i++)
			assert_true(model__access(&model, model.vcpu[0], SIDE_D, MODE_KERNEL,
						  lin + i * 4096));
	assert_int_equal(model.counts.g[0].walks[SIDE_D][MODE_KERNEL][REGION_LINEAR], 320);
	assert_int_equal(model.counts.g[1].walks[SIDE_D][MODE_KERNEL][REGION_LINEAR], 32);
	assert_int_equal(model.counts.g[0].linear_leaf[12], 320);
	assert_int_equal(model.counts.g[1].l1[SIDE_D][MODE_KERNEL], 320);
	/* There are as many cold-start misses as entries, or as pages if these are fewer. */
	assert_int_equal(model.counts.g[0].walks_cold[SIDE_D][MODE_KERNEL][REGION_LINEAR], 8);
	assert_int_equal(model.counts.g[1].walks_cold[SIDE_D][MODE_KERNEL][REGION_LINEAR], 32);
	assert_int_equal(model.counts.g[2].walks_cold[SIDE_D][MODE_KERNEL][REGION_LINEAR], 8);
	assert_int_equal(model.counts.g[0].l1_cold[SIDE_D][MODE_KERNEL], 2);
	assert_int_equal(model.counts.g[1].l1_cold[SIDE_D][MODE_KERNEL], 2);
	assert_int_equal(model.counts.g[2].l1_cold[SIDE_D][MODE_KERNEL], 1);
	/* A TLBI that another vCPU broadcasts. */
	model__tlbi(&model, model.vcpu[1], &all);
	model__access(&model, model.vcpu[0], SIDE_D, MODE_KERNEL, lin);
	assert_int_equal(model.counts.g[1].walks[SIDE_D][MODE_KERNEL][REGION_LINEAR], 33);
	assert_int_equal(model.counts.tlbi[TLBI_VA], 1);
	assert_false(model__access(&model, model.vcpu[0], SIDE_D, MODE_KERNEL, lin + (1 << 20)));
	assert_int_equal(model.counts.unmapped, 1);
	/* The other vCPU has a cold start of its own, here in user mode and for code. */
	model__registers(model.vcpu[1], k->tcr, 0, root);
	for (int round = 0; round < 2; round++)
		for (uint64_t i = 0; i < 4; i++)
			model__access(&model, model.vcpu[1], SIDE_I, MODE_USER, lin + i * 4096);
	assert_int_equal(model.counts.g[0].walks[SIDE_I][MODE_USER][REGION_LINEAR], 4);
	assert_int_equal(model.counts.g[0].walks_cold[SIDE_I][MODE_USER][REGION_LINEAR], 4);
	assert_int_equal(model.counts.g[0].l1[SIDE_I][MODE_USER], 8);
	assert_int_equal(model.counts.g[0].l1_cold[SIDE_I][MODE_USER], 2);
	assert_int_equal(model.counts.g[2].l1_cold[SIDE_I][MODE_USER], 4);
	assert_int_equal(model.counts.g[0].walks_cold[SIDE_D][MODE_KERNEL][REGION_LINEAR], 8);
	model__reset(&model);
	model__registers(model.vcpu[0], k->tcr, 0, root);
	model__access(&model, model.vcpu[0], SIDE_D, MODE_KERNEL, lin);
	assert_int_equal(model.counts.g[0].walks_cold[SIDE_D][MODE_KERNEL][REGION_LINEAR], 1);
	model__release(&model);
	free(m.data);
}

/* Accesses that mostly alternate between two pages, with or without the fast path (`fast`). */
static void run_pairs(const struct mem *m, const struct kind *k, uint64_t root, size_t cores,
		      bool fast, struct counts *counts)
{
	struct model model = { .regions = regions_for(48), .ram = m->ram };
	struct tlbi op = { .scope = TLBI_VA, .any_asid = true };
	uint64_t lin = model.regions.linear.start, a = 0, b = 1;
	struct rng rng;

	rng__seed(&rng, 7);
	add_cores(&model, cores);
	assert_int_equal(model.leaders_end[SIDE_D], cores == 2 ? 1 : 3);
	assert_int_equal(model.l1d_ways, cores == 2 ? 2 : 1); /* core c has one entry there */
	assert_int_equal(model__add_vcpu(&model, 0), 0);
	model__registers(model.vcpu[0], k->tcr, 0, root);
	for (int i = 0; i < 200000; i++) {
		if (!rng__below(&rng, 4))
			a = rng__below(&rng, 24);
		if (!rng__below(&rng, 3))
			b = rng__below(&rng, 24);
		if (!rng__below(&rng, 50)) {
			op.start = lin + a * 4096;
			op.end = op.start + 4096;
			model__tlbi(&model, model.vcpu[0], &op);
		}
		if (fast)
			model__data(&model, model.vcpu[0], MODE_KERNEL,
				    lin + (i & 1 ? a : b) * 4096);
		else
			model__access(&model, model.vcpu[0], SIDE_D, MODE_KERNEL,
				      lin + (i & 1 ? a : b) * 4096);
	}
	*counts = model.counts;
	model__release(&model);
}

/* The fast path gives the same counts, with one L1 for all cores and with several. */
static void fast_path_changes_nothing(void **state)
{
	const struct kind *k = &kinds[0];
	struct counts with, without;
	uint64_t root;
	struct mem m;

	(void)state;
	mem_init(&m);
	root = take_page(&m, k);
	for (uint64_t i = 0; i < 24; i++)
		map(&m, k, root, (~0ull << 48) + i * 4096, 0, PXN);
	for (size_t cores = 2; cores <= 4; cores++) {
		run_pairs(&m, k, root, cores, true, &with);
		run_pairs(&m, k, root, cores, false, &without);
		assert_memory_equal(&with, &without, sizeof(with));
		assert_true(with.g[0].walks[SIDE_D][MODE_KERNEL][REGION_LINEAR] > 10000);
	}
	free(m.data);
}

/* Pages share an entry if they are aligned and contiguous, virtually and physically, with equal
 * attributes. */
static void coalescing(void **state)
{
	static const struct {
		uint64_t pa[4], flags[4];
		bool want;
	} cases[] = {
		{ { 0x10000, 0x11000, 0x12000, 0x13000 }, { 0 }, true },
		{ { 0x11000, 0x12000, 0x13000, 0x14000 }, { 0 }, false }, /* not aligned */
		{ { 0x10000, 0x11000, 0x13000, 0x12000 }, { 0 }, false },
		{ { 0x10000, 0x11000, 0x12000, 0x13000 }, { 0, 0, RO }, false },
		{ { 0x10000, 0x11000, 0x12000, 0x13000 }, { CONT, CONT, CONT, CONT }, false },
	};
	const struct kind *k = &kinds[0];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint64_t va = ~0ull << 47;
		struct walk_leaf leaf;
		struct walk_half h;
		struct mem m;
		uint64_t root;

		mem_init(&m);
		root = take_page(&m, k);
		for (size_t p = 0; p < 4; p++)
			map(&m, k, root, va + p * 4096, 0, cases[i].pa[p] | cases[i].flags[p]);
		h = walk__half(k->tcr, root, true);
		for (size_t p = 0; p < 4; p++) {
			assert_true(walk__find(&m.ram, &h, va + p * 4096, &leaf));
			assert_int_equal(walk__coalesces(&m.ram, &h, &leaf, va + p * 4096, 4),
					 cases[i].want);
		}
		/* Nothing is mapped in the other half of eight. */
		assert_false(walk__coalesces(&m.ram, &h, &leaf, va + 3 * 4096, 8));
		free(m.data);
	}
}

#define PAGES 8192

/* Theory, for a linear map of pages that is larger than any TLB. In order, each page is a walk, or
 * each fourth if four share an entry. At random, the share of accesses that hit is the share of the
 * pages that the L2 holds. With blocks, each block is a walk. */
static void closed_forms(void **state)
{
	static const char *const words[] = { "pages/48x48/48x48/21/1280x5",
					     "four/48x48/48x48/21/1280x5/coalesce4",
					     "random/48x48/48x48/21/1280x5/random",
					     "hashed/48x48/48x48/21/1280x5/hashed" };
	const struct kind *k = &kinds[0];
	struct model model = { .regions = regions_for(48) };
	const uint64_t lin = model.regions.linear.start, blocks = lin + (1ull << 30);
	uint64_t walks[4], root;
	struct geometry g;
	struct rng rng;
	struct mem m;

	(void)state;
	mem_init(&m);
	root = take_page(&m, k);
	for (uint64_t i = 0; i < PAGES; i++)
		map(&m, k, root, lin + i * 4096, 0, PXN | i << 12);
	for (uint64_t i = 0; i < PAGES / 512; i++)
		map(&m, k, root, blocks + (i << 21), 1, PXN | i << 21);
	model.ram = m.ram;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		assert_int_equal(geometry__parse(words[i], &g), 0);
		assert_int_equal(model__add_geometry(&model, &g), 0);
	}
	assert_int_equal(model__add_vcpu(&model, 0), 0);
	model__registers(model.vcpu[0], k->tcr, 0, root);
	for (unsigned int i = 0; i < 2 * PAGES; i++)
		model__data(&model, model.vcpu[0], MODE_KERNEL, lin + i % PAGES * 4096);
	for (size_t i = 0; i < 4; i++)
		walks[i] = model.counts.g[i].walks[SIDE_D][MODE_KERNEL][REGION_LINEAR];
	assert_int_equal(walks[0], 2 * PAGES); /* 16 each 64 KiB */
	assert_int_equal(walks[1], 2 * PAGES / 4); /* 4 */
	/* Each page misses an L1 of 48 entries, whatever the L2 is. */
	assert_int_equal(model.counts.g[1].l1[SIDE_D][MODE_KERNEL], 2 * PAGES);
	/* In a loop over all pages LRU never hits, random replacement sometimes does. */
	assert_in_range(walks[2], PAGES + 1, 2 * PAGES - 1);

	model__reset(&model);
	model__registers(model.vcpu[0], k->tcr, 0, root);
	rng__seed(&rng, 4);
	for (unsigned int i = 0; i < 100000; i++)
		model__data(&model, model.vcpu[0], MODE_KERNEL,
			    lin + rng__below(&rng, PAGES) * 4096);
	/* Whatever the policy, 1 - 1280 / 8192 = .84 of the reads are walks; with four pages per
	 * entry 1 - 4 * 1280 / 8192 = .38. */
	for (size_t i = 0; i < 4; i++) {
		walks[i] = model.counts.g[i].walks[SIDE_D][MODE_KERNEL][REGION_LINEAR];
		assert_in_range(walks[i], i == 1 ? 36500 : 83500, i == 1 ? 39500 : 85500);
	}

	model__reset(&model);
	model__registers(model.vcpu[0], k->tcr, 0, root);
	for (unsigned int i = 0; i < 2 * PAGES; i++)
		model__data(&model, model.vcpu[0], MODE_KERNEL, blocks + i % PAGES * 4096);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(model.counts.g[i].walks[SIDE_D][MODE_KERNEL][REGION_LINEAR],
				 PAGES / 512);
	model__release(&model);
	free(m.data);
}

/* One geometry, over tables whose root is given. */
static void model_of(struct model *model, const char *word, const struct mem *m, uint64_t tcr,
		     uint64_t root)
{
	struct geometry g;

	*model = (struct model){ .regions = regions_for(48), .ram = m->ram };
	assert_int_equal(geometry__parse(word, &g), 0);
	assert_int_equal(model__add_geometry(model, &g), 0);
	assert_int_equal(model__add_vcpu(model, 0), 0);
	model__registers(model->vcpu[0], tcr, 0, root);
}

/* The number of descriptors that a walk to `va` reads. The TLBs are emptied first, but not the walk
 * cache. */
static uint64_t steps_to(struct model *model, uint64_t va)
{
	struct vcpu *c = model->vcpu[0];
	uint64_t before = model->counts.g[0].steps[SIDE_D];

	tlb__flush(&c->l1[0][SIDE_D]);
	tlb__flush(&c->l2[0]);
	assert_true(model__access(model, c, SIDE_D, MODE_KERNEL, va));
	return model->counts.g[0].steps[SIDE_D] - before;
}

/* Without a walk cache a walk reads a descriptor of each level down to the leaf. */
static void levels_of_walks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct kind *k = &kinds[i];
		const unsigned int block = 2 * k->page - 3;
		const uint64_t va = ~0ull << (block + 6);
		struct model model;
		struct mem m;
		uint64_t root;

		mem_init(&m);
		root = take_page(&m, k);
		map(&m, k, root, va, 0, 0);
		map(&m, k, root, va + (1ull << k->page), 0, CONT);
		map(&m, k, root, va + (1ull << block), 1, 0);
		map(&m, k, root, va + (2ull << block), 1, CONT);
		model_of(&model, "none/48x48/48x48/21/1280x5", &m, k->tcr, root);
		for (int again = 0; again < 2; again++) {
			assert_int_equal(steps_to(&model, va), k->levels);
			assert_int_equal(steps_to(&model, va + (1ull << k->page)), k->levels);
			assert_int_equal(steps_to(&model, va + (1ull << block)), k->levels - 1);
			assert_int_equal(steps_to(&model, va + (2ull << block)), k->levels - 1);
		}
		model__release(&model);
		free(m.data);
	}
}

/* A linear map in order: a walk reads the page's descriptor, and those of tables that are not in
 * the cache: once for each new table, or more often if the cache is too small. Blocks of 2M and 1G
 * do the same, one and two levels higher. */
static void walk_caches(void **state)
{
	static const struct {
		const char *word;
		uint64_t pages, blocks, large;
	} cases[] = {
		{ "none/48x48/48x48/21/64x4", PAGES * 4, 16 * 3, 4 * 2 },
		{ "one/48x48/48x48/21/64x4/walks1", PAGES + 16 * 3, 16 + 2, 4 + 1 },
		{ "two/48x48/48x48/21/64x4/walks2", PAGES + 16 + 2, 16 + 2, 4 + 1 },
		{ "all/48x48/48x48/21/64x4/walks1024", PAGES + 16 + 2, 16 + 2, 4 + 1 },
	};
	const struct kind *k = &kinds[0]; /* 4K, four levels */
	const struct regions regions = regions_for(48);
	const uint64_t lin = regions.linear.start, blocks = lin + (1ull << 30),
		       large = lin + (4ull << 30);
	uint64_t root;
	struct mem m;

	(void)state;
	mem_init(&m);
	root = take_page(&m, k);
	for (uint64_t i = 0; i < PAGES; i++)
		map(&m, k, root, lin + i * 4096, 0, PXN | i << 12);
	for (uint64_t i = 0; i < 16; i++)
		map(&m, k, root, blocks + (i << 21), 1, PXN | i << 21);
	for (uint64_t i = 0; i < 4; i++)
		map(&m, k, root, large + (i << 30), 2, PXN | i << 30);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct {
			uint64_t start, step, n, want;
		} runs[] = {
			{ lin, 4096, PAGES, cases[i].pages },
			{ blocks, 1 << 21, 16, cases[i].blocks },
			{ large, 1 << 30, 4, cases[i].large },
		};

		for (size_t r = 0; r < ARRAY_SIZE(runs); r++) {
			const struct geometry_counts *n;
			struct model model;

			model_of(&model, cases[i].word, &m, k->tcr, root);
			for (uint64_t p = 0; p < runs[r].n; p++)
				model__data(&model, model.vcpu[0], MODE_KERNEL,
					    runs[r].start + p * runs[r].step);
			n = &model.counts.g[0];
			assert_int_equal(n->walks[SIDE_D][MODE_KERNEL][REGION_LINEAR], runs[r].n);
			assert_int_equal(n->steps[SIDE_D], runs[r].want);
			assert_int_equal(n->linear_steps, runs[r].want);
			assert_int_equal(n->steps[SIDE_I], 0);
			model__release(&model);
		}
	}
	free(m.data);
}

/* Which TLBI drop table descriptors from the walk cache, and of which ASIDs. */
static void tlbi_and_walk_caches(void **state)
{
	const struct kind *k = &kinds[0];
	const uint64_t va = ~0ull << 46;
	const struct {
		struct tlbi op;
		uint64_t want; /* descriptors that the next walk reads */
	} cases[] = {
		{ { .scope = TLBI_VA, .asid = 7, .last_level = true, .start = va, .end = va + 4096 },
		  1 },
		{ { .scope = TLBI_VA, .asid = 8, .start = va, .end = va + 4096 }, 1 },
		{ { .scope = TLBI_VA, .asid = 7, .start = va, .end = va + 4096 }, 4 },
		{ { .scope = TLBI_VA, .any_asid = true, .start = va, .end = va + 4096 }, 4 },
		/* Another page in the same last-level table; one in another table; a range. */
		{ { .scope = TLBI_VA, .asid = 7, .start = va + 8192, .end = va + 12288 }, 4 },
		{ { .scope = TLBI_VA, .asid = 7, .start = va + (2 << 20), .end = va + (3 << 20) },
		  1 },
		{ { .scope = TLBI_RANGE, .asid = 7, .start = va, .end = va + (1 << 20) }, 4 },
		{ { .scope = TLBI_ASID, .asid = 8 }, 1 },
		{ { .scope = TLBI_ASID, .asid = 7 }, 4 },
		{ { .scope = TLBI_ALL }, 4 },
	};
	struct model model;
	struct mem m;
	uint64_t root;

	(void)state;
	mem_init(&m);
	root = take_page(&m, k);
	map(&m, k, root, va, 0, 0);
	/* TCR_EL1.A1 is set: the ASID is in TTBR1. */
	model_of(&model, "x/48x48/48x48/21/64x4/walks64", &m, k->tcr | 1ull << 22,
		 root | 7ull << 48);
	assert_int_equal(steps_to(&model, va), 4);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(steps_to(&model, va), 1);
		model__tlbi(&model, model.vcpu[0], &cases[i].op);
		assert_int_equal(steps_to(&model, va), cases[i].want);
	}
	/* Entries of one ASID are not used for another. */
	model__registers(model.vcpu[0], k->tcr | 1ull << 22, 0, root | 9ull << 48);
	assert_int_equal(steps_to(&model, va), 4);
	/* A block has replaced a table, without a TLBI. */
	map(&m, k, root, va, 1, 0);
	assert_int_equal(steps_to(&model, va), 1);
	model__release(&model);
	free(m.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_granule_and_depth),
		cmocka_unit_test(registers_that_make_no_sense),
		cmocka_unit_test(a_census),
		cmocka_unit_test(memory_that_was_added),
		cmocka_unit_test(writable_aliases),
		cmocka_unit_test(a_model),
		cmocka_unit_test(fast_path_changes_nothing),
		cmocka_unit_test(coalescing),
		cmocka_unit_test(closed_forms),
		cmocka_unit_test(levels_of_walks),
		cmocka_unit_test(walk_caches),
		cmocka_unit_test(tlbi_and_walk_caches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
