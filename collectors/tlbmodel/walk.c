// SPDX-License-Identifier: GPL-2.0-only
/* walk.c - walks page tables of arm64 (Arm ARM, D8). */
#include "collectors/tlbmodel/walk.h"

#define BIT(v, n) (((v) >> (n)) & 1)
#define FIELD(v, low, bits) ((v) >> (low) & ((1ull << (bits)) - 1))

#define TCR_EPD0 7
#define TCR_EPD1 23
#define TCR_DS 59
#define IPS_52 6

#define DESC_NG 11
#define DESC_CONT 52

/* TCR_EL1.TG0 or TG1, as log2 of the page size; 0: reserved. */
static unsigned int granule(uint64_t tcr, bool upper)
{
	/* The two fields are encoded differently. */
	static const unsigned int tg0[] = { 12, 16, 14, 0 }, tg1[] = { 0, 14, 12, 16 };

	return upper ? tg1[FIELD(tcr, 30, 2)] : tg0[FIELD(tcr, 14, 2)];
}

/* Fields of TCR_EL1: T0SZ 5:0, EPD0 7, TG0 15:14, T1SZ 21:16, EPD1 23, TG1 31:30, IPS 34:32, DS
 * 59. */
struct walk_half walk__half(uint64_t tcr, uint64_t ttbr, bool upper)
{
	struct walk_half h = { .granule = granule(tcr, upper) };
	unsigned int txsz = (unsigned int)(upper ? FIELD(tcr, 16, 6) : FIELD(tcr, 0, 6));

	if (!h.granule || BIT(tcr, upper ? TCR_EPD1 : TCR_EPD0))
		return h;
	h.va_bits = 64 - txsz;
	h.lpa2 = h.granule != 16 && BIT(tcr, TCR_DS);
	h.lpa = h.granule == 16 && FIELD(tcr, 32, 3) == IPS_52;
	if (h.va_bits > 52 || h.va_bits < 16 || h.va_bits <= h.granule)
		return h;
	h.levels = (h.va_bits - h.granule + h.granule - 4) / (h.granule - 3);
	if (h.levels > WALK_LEVELS)
		return h;
	/* TTBR: bits 63:48 are the ASID, bit 0 is CnP. */
	if (h.lpa2 || h.lpa)
		h.table = (ttbr & 0xffffffffffc0) | FIELD(ttbr, 2, 4) << 48;
	else
		h.table = ttbr & 0xfffffffffff8;
	h.on = true;
	return h;
}

unsigned int walk__level_shift(const struct walk_half *h, int level)
{
	return h->granule + (unsigned int)(3 - level) * (h->granule - 3);
}

int walk__first_level(const struct walk_half *h)
{
	return 4 - (int)h->levels;
}

/* The first-level table is shorter if the remaining bits of the address do not index all of it. */
unsigned int walk__entries(const struct walk_half *h, int level)
{
	if (level == walk__first_level(h))
		return 1u << (h->va_bits - walk__level_shift(h, level));
	return 1u << (h->granule - 3);
}

/* With LPA2, address bits 51:50 are in bits 9:8 of the descriptor; with LPA, bits 51:48 are in bits
 * 15:12. */
uint64_t walk__next(const struct walk_half *h, uint64_t desc)
{
	uint64_t pa = desc & ((1ull << 48) - (1ull << h->granule));

	if (h->lpa2)
		return (desc & ((1ull << 50) - (1ull << h->granule))) | FIELD(desc, 8, 2) << 50;
	return h->lpa ? pa | FIELD(desc, 12, 4) << 48 : pa;
}

enum walk_type walk__type(const struct walk_half *h, int level, uint64_t desc)
{
	/* With 52-bit addresses blocks are possible one level higher. */
	int first_block = (h->granule == 12 ? 1 : 2) - (h->lpa2 || h->lpa);

	if (!desc)
		return WALK_HOLE;
	if (!BIT(desc, 0))
		return WALK_INVALID;
	if (level == 3)
		return BIT(desc, 1) ? WALK_LEAF : WALK_INVALID;
	if (BIT(desc, 1))
		return WALK_TABLE;
	return level >= first_block ? WALK_LEAF : WALK_INVALID;
}

/* A contiguous run is 16 pages or blocks with 4K; 128 pages or 32 blocks with 16K; 32 pages or
 * blocks with 64K. */
unsigned int walk__leaf_shift(const struct walk_half *h, int level, uint64_t desc)
{
	unsigned int shift = walk__level_shift(h, level);

	if (!BIT(desc, DESC_CONT))
		return shift;
	if (h->granule == 12)
		return shift + 4;
	if (h->granule == 16)
		return shift + 5;
	return shift + (level == 3 ? 7 : 5);
}

bool walk__find(const struct ram *ram, const struct walk_half *h, uint64_t va,
		struct walk_leaf *leaf)
{
	uint64_t table = h->table;

	if (!h->on)
		return false;
	for (int level = walk__first_level(h); level <= 3; level++) {
		uint64_t i = va >> walk__level_shift(h, level) & (walk__entries(h, level) - 1);
		uint64_t desc;

		if (!ram__u64(ram, table + 8 * i, &desc))
			return false;
		switch (walk__type(h, level, desc)) {
		case WALK_TABLE:
			table = walk__next(h, desc);
			break;
		case WALK_LEAF:
			leaf->desc = desc;
			leaf->shift = walk__leaf_shift(h, level, desc);
			leaf->global = !BIT(desc, DESC_NG);
			leaf->level = level;
			leaf->desc_pa = leaf->shift == h->granule ? table + 8 * i : 0;
			return true;
		case WALK_HOLE:
		case WALK_INVALID:
			return false;
		}
	}
	return false;
}

bool walk__coalesces(const struct ram *ram, const struct walk_half *h, const struct walk_leaf *leaf,
		     uint64_t va, unsigned int n)
{
	const uint64_t at = leaf->desc_pa & ~(8ull * n - 1), place = va >> h->granule & (n - 1);
	const uint64_t first = leaf->desc - (place << h->granule);

	if (!leaf->desc_pa || walk__next(h, first) & (((uint64_t)n << h->granule) - 1))
		return false;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t desc;

		if (!ram__u64(ram, at + 8 * i, &desc) || desc != first + (i << h->granule))
			return false;
	}
	return true;
}
