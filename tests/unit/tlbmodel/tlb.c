// SPDX-License-Identifier: GPL-2.0-only
/* One TLB, compared with a plain list of what it must hold; and geometries as words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collectors/tlbmodel/geometry.h"
#include "collectors/tlbmodel/tlb.h"
#include "lib/rng.h"

#define STEPS 200000

/* The reference: entries in a list, each with the time of its last use. */
struct plain {
	struct {
		uint64_t va, used;
		uint32_t asid;
		unsigned int shift;
	} e[64];
	unsigned int entries, ways;
	uint64_t time;
};

static unsigned int set_of(const struct plain *p, uint64_t va, unsigned int shift)
{
	return (unsigned int)((va >> shift) % (p->entries / p->ways));
}

static int plain_find(struct plain *p, uint64_t va, uint32_t asid)
{
	for (unsigned int i = 0; i < p->entries; i++)
		if (p->e[i].used && va >> p->e[i].shift == p->e[i].va >> p->e[i].shift &&
		    (p->e[i].asid == asid || p->e[i].asid == TLB_GLOBAL)) {
			p->e[i].used = ++p->time;
			return 1;
		}
	return 0;
}

static void plain_insert(struct plain *p, uint64_t va, uint32_t asid, unsigned int shift)
{
	unsigned int first = p->ways == p->entries ? 0 : set_of(p, va, shift) * p->ways;
	unsigned int oldest = first;

	for (unsigned int i = first; i < first + p->ways; i++)
		if (p->e[i].used < p->e[oldest].used)
			oldest = i;
	p->e[oldest].va = va;
	p->e[oldest].asid = asid;
	p->e[oldest].shift = shift;
	p->e[oldest].used = ++p->time;
}

static void plain_invalidate(struct plain *p, const struct tlbi *op)
{
	for (unsigned int i = 0; i < p->entries; i++) {
		uint64_t start = p->e[i].va >> p->e[i].shift << p->e[i].shift;
		bool in = start < op->end && start + (1ull << p->e[i].shift) > op->start;
		bool asid = p->e[i].asid == op->asid;
		bool global = p->e[i].asid == TLB_GLOBAL;

		if (op->scope == TLBI_ALL || (op->scope == TLBI_ASID && asid) ||
		    ((op->scope == TLBI_VA || op->scope == TLBI_RANGE) && in &&
		     (op->any_asid || asid || global)))
			p->e[i].used = 0;
	}
}

/* User space, and the top of the kernel half. */
static uint64_t any_va(struct rng *rng)
{
	return ((1 + rng__below(rng, 40960)) << 12) - (rng__below(rng, 2) << 28);
}

static struct tlbi random_op(struct rng *rng)
{
	struct tlbi op = { .asid = (uint16_t)rng__below(rng, 3), .any_asid = rng__below(rng, 2) };

	op.scope = rng__below(rng, 40) ? (rng__below(rng, 2) ? TLBI_VA : TLBI_RANGE) :
		   rng__below(rng, 2)  ? TLBI_ASID :
					 TLBI_ALL;
	op.start = any_va(rng);
	op.end = op.start + (op.scope == TLBI_VA ? 1 : 1 + rng__below(rng, 150)) * 4096;
	return op;
}

/* Check that each slot of near[] is either free, and matches no page, or has a page that its entry
 * holds. Returns the number of slots in use. */
static unsigned int check_near(const struct tlb *t)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < TLB_NEAR; i++) {
		const size_t entry = t->near[i] % TLB_MAX_ENTRIES;
		/* Sign-extend: the page number is of a canonical address. */
		const uint64_t page = (uint64_t)((int64_t)t->near[i] >> 16) & UINT64_MAX >> 12;

		if (page % TLB_NEAR != i) {
			continue; /* free */
		}
		assert_in_range(t->entry[entry].shift, 12, TLB_LARGE - 1);
		assert_true(tlb__holds(t, entry, page, t->entry[entry].asid));
		n++;
	}
	return n;
}

/* The same for near_large[], whose slots have 2M of address space. */
static unsigned int check_near_large(const struct tlb *t)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < TLB_NEAR_LARGE; i++) {
		const size_t entry = t->near_large[i] % TLB_MAX_ENTRIES;
		const uint64_t large = (uint64_t)((int64_t)t->near_large[i] >> 16) &
				       UINT64_MAX >> TLB_LARGE;

		if (large % TLB_NEAR_LARGE != i)
			continue;
		assert_in_range(t->entry[entry].shift, TLB_LARGE, 63);
		assert_true(tlb__holds(t, entry, large << (TLB_LARGE - 12), t->entry[entry].asid));
		n++;
	}
	return n;
}

static void compare(unsigned int entries, unsigned int ways)
{
	static const unsigned int shifts[] = { 12, 12, 16, 21, 25 };
	struct plain p = { .entries = entries, .ways = ways };
	struct rng rng;
	struct tlb t;
	unsigned int found = 0, near = 0, large = 0;

	rng__seed(&rng, entries * 100 + ways);
	assert_int_equal(tlb__init(&t, entries, ways, 34), 0);
	for (int i = 0; i < STEPS; i++) {
		uint64_t va = any_va(&rng);
		uint32_t asid = (uint32_t)rng__below(&rng, 3);
		bool want = plain_find(&p, va, asid);

		/* As in a kernel, an address always has the same leaf size and is always global, or
		 * never: entries do not overlap. */
		assert_int_equal(tlb__find(&t, va >> 12, asid) != NULL, want);
		found += want;
		if (!want) {
			unsigned int shift = shifts[(va >> 25) % ARRAY_SIZE(shifts)];

			asid = (va >> 25) % 2 ? TLB_GLOBAL : asid;
			plain_insert(&p, va, asid, shift);
			tlb__insert(&t, va >> 12, asid, shift);
		}
		if (!rng__below(&rng, 50)) {
			struct tlbi op = random_op(&rng);

			plain_invalidate(&p, &op);
			tlb__invalidate(&t, &op);
		}
		near += check_near(&t);
		large += check_near_large(&t);
	}
	assert_in_range(found, STEPS / 1000, STEPS - STEPS / 1000);
	assert_true(near > STEPS / 4);
	assert_true(large > STEPS / 4);
	tlb__release(&t);
}

static void agrees_with_a_plain_list(void **state)
{
	(void)state;
	compare(48, 48);
	compare(1, 1);
	compare(60, 5);
	compare(64, 4);
	compare(16, 1);
}

/* Random accesses to pages, with some invalidations; the same ones for the same `seed`. Sets hit[]
 * for each access, and returns the number of cold-start misses. */
static unsigned int run_trace(struct tlb *t, unsigned int seed, unsigned int pages, bool *hit)
{
	unsigned int cold = 0;
	struct rng rng;

	rng__seed(&rng, seed);
	for (int i = 0; i < 2000; i++) {
		uint64_t page = 1 + rng__below(&rng, pages);

		hit[i] = tlb__find(t, page, 1) != NULL;
		if (!hit[i])
			cold += tlb__insert(t, page, 1, 12);
		if (!rng__below(&rng, 100)) {
			struct tlbi op = random_op(&rng);

			op.scope = TLBI_VA;
			op.start = (1 + rng__below(&rng, pages)) << 12;
			op.end = op.start + 4096;
			tlb__invalidate(t, &op);
		}
	}
	return cold;
}

/* Whatever a TLB holds at the start, it misses at most as often as an empty one does, and at least
 * as often as that without its cold-start misses. */
static void contents_at_the_start_save_only_cold_misses(void **state)
{
	static const unsigned int sizes[][2] = { { 16, 16 }, { 16, 4 }, { 15, 5 }, { 8, 1 } };
	static bool cold_hit[2000], warm_hit[2000];
	unsigned int saving = 0;

	(void)state;
	for (unsigned int round = 0; round < 400; round++) {
		unsigned int entries = sizes[round % 4][0], pages = 4 + round % 40;
		unsigned int missed = 0, missed_warm = 0, cold;
		struct tlb empty, warm;

		assert_int_equal(tlb__init(&empty, entries, sizes[round % 4][1], 34), 0);
		assert_int_equal(tlb__init(&warm, entries, sizes[round % 4][1], 34), 0);
		run_trace(&warm, 1000 + round, pages, warm_hit);
		cold = run_trace(&empty, round, pages, cold_hit);
		run_trace(&warm, round, pages, warm_hit);
		for (size_t i = 0; i < ARRAY_SIZE(cold_hit); i++) {
			assert_true(warm_hit[i] || !cold_hit[i]);
			missed += !cold_hit[i];
			missed_warm += !warm_hit[i];
		}
		assert_in_range(cold, 1, entries);
		assert_in_range(missed_warm, missed - cold, missed);
		saving += missed - missed_warm;
		tlb__release(&empty);
		tlb__release(&warm);
	}
	assert_true(saving > 400);
}

/* Two sets of two ways; even pages are in the first set. */
static void cold_start(void **state)
{
	const struct tlbi page = {
		.scope = TLBI_VA, .any_asid = true, .start = 2 << 12, .end = 3 << 12
	};
	const struct tlbi all = { .scope = TLBI_ALL };
	struct tlb t;

	(void)state;
	assert_int_equal(tlb__init(&t, 4, 2, 34), 0);
	assert_true(tlb__insert(&t, 2, 1, 12));
	/* After the invalidation this entry cannot have been there from the start. It counts as
	 * cold nevertheless: only the number of insertions is limited, by the ways. */
	tlb__invalidate(&t, &page);
	assert_true(tlb__insert(&t, 2, 1, 12));
	assert_false(tlb__insert(&t, 4, 1, 12));
	assert_false(tlb__insert(&t, 6, 1, 12));
	/* The other set has its own limit. */
	assert_true(tlb__insert(&t, 3, 1, 12));
	/* After this the contents are known: none. */
	tlb__invalidate(&t, &all);
	assert_false(tlb__insert(&t, 5, 1, 12));
	tlb__reset(&t);
	assert_null(tlb__find(&t, 5, 1));
	assert_true(tlb__insert(&t, 5, 1, 12));
	tlb__release(&t);
}

static void large_leaves_are_held_in_pieces(void **state)
{
	struct tlb t;

	(void)state;
	assert_int_equal(tlb__init(&t, 4, 4, 21), 0);
	tlb__insert(&t, 0x40000, 7, 30);
	assert_non_null(tlb__find(&t, 0x401ff, 7));
	assert_null(tlb__find(&t, 0x40200, 7));
	assert_null(tlb__find(&t, 0x40000, 8));
	tlb__flush(&t);
	assert_null(tlb__find(&t, 0x40000, 7));
	tlb__release(&t);
}

/* All pieces of a leaf are one translation: invalidating any of its pages drops all of them. */
static void pieces_are_invalidated_together(void **state)
{
	const struct tlbi page = {
		.scope = TLBI_VA, .any_asid = true, .start = 0x40000000, .end = 0x40001000
	};
	const struct tlbi other = {
		.scope = TLBI_VA, .any_asid = true, .start = 0x80000000, .end = 0x80001000
	};
	struct tlb t;

	(void)state;
	assert_int_equal(tlb__init(&t, 8, 2, 21), 0);
	tlb__insert(&t, 0x40000, TLB_GLOBAL, 30);
	tlb__insert(&t, 0x40200, TLB_GLOBAL, 30);
	tlb__insert(&t, 0x7fe00, TLB_GLOBAL, 30);
	tlb__insert(&t, 0x3ffff, TLB_GLOBAL, 12);
	tlb__invalidate(&t, &other);
	assert_non_null(tlb__find(&t, 0x7fe00, 1));
	tlb__invalidate(&t, &page);
	assert_null(tlb__find(&t, 0x40000, 1));
	assert_null(tlb__find(&t, 0x40200, 1));
	assert_null(tlb__find(&t, 0x7fe00, 1));
	assert_non_null(tlb__find(&t, 0x3ffff, 1));
	tlb__release(&t);
}

/* Number of misses in 1000 accesses to `n` pages in turn. */
static unsigned int misses(struct tlb *t, const uint64_t *pages, size_t n)
{
	unsigned int missed = 0;

	for (unsigned int i = 0; i < 1000; i++) {
		const uint64_t page = pages[i % n];

		if (tlb__find(t, page, 1))
			continue;
		tlb__insert(t, page, 1, 12);
		missed++;
	}
	return missed;
}

static void policies(void **state)
{
	static const uint64_t five[] = { 0, 4, 8, 12, 16 }, far[] = { 0, 1024, 2048, 4096, 8192 };
	/* 0 4 8 12 fill the set, and with 12 the bits of the others are cleared. 0 sets its bit
	 * again, so 16 replaces 4, the first with a clear bit; LRU would do the same. */
	static const uint64_t order[] = { 0, 4, 8, 12, 0, 16 };
	unsigned int missed;
	struct tlb t;

	(void)state;
	/* Five pages in turn in a set of four ways: LRU always misses, random does not. */
	assert_int_equal(tlb__init(&t, 16, 4, 34), 0);
	assert_int_equal(misses(&t, five, 5), 1000);
	tlb__reset(&t);
	tlb__set_policy(&t, REPLACE_RANDOM, false);
	missed = misses(&t, five, 5);
	assert_in_range(missed, 300, 700);
	/* The same numbers in each run. */
	tlb__reset(&t);
	assert_int_equal(misses(&t, five, 5), missed);
	/* With a hashed index, pages a power of two apart are in several sets. */
	tlb__reset(&t);
	tlb__set_policy(&t, REPLACE_LRU, true);
	assert_in_range(misses(&t, far, 5), 5, 10);
	tlb__reset(&t);
	tlb__set_policy(&t, REPLACE_PLRU, false);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (!tlb__find(&t, order[i], 1))
			tlb__insert(&t, order[i], 1, 12);
	assert_null(tlb__find(&t, 4, 1));
	assert_non_null(tlb__find(&t, 0, 1));
	assert_non_null(tlb__find(&t, 8, 1));
	assert_non_null(tlb__find(&t, 12, 1));
	assert_non_null(tlb__find(&t, 16, 1));
	tlb__release(&t);
}

static void geometries(void **state)
{
	static const char *const wrong[] = {
		"",
		"x",
		"x/",
		"/48x48/48x48/21/1280x5",
		"x/48x48/48x48/21/1280x6",
		"x/48x48/48x48/21/0x0",
		"x/48x48/48x48/21/1280x0",
		"x/48x48/48x48/35/1280x5",
		"x/48x48/48x48/11/1280x5",
		"x/48x48/48x48/21/1280x5x",
		"x/48x48/48x48/21/65537x1",
		"x/48x49/48x48/21/1280x5",
		"x y/48x48/48x48/21/1280x5",
		"x/48x48/48x48/21/1280x5/",
		"x/48x48/48x48/21/1280x5/coalesce",
		"x/48x48/48x48/21/1280x5/coalesce3",
		"x/48x48/48x48/21/1280x5/coalesce16",
		"x/48x48/48x48/21/1280x5/lru",
		"x/48x48/48x48/21/1280x5/hashed/plru",
		"x/48x48/48x48/21/1280x5/random/plru",
		"x/48x48/48x48/21/1280x5/hashedx",
		"x/48x48/48x48/21/1280x5/walks",
		"x/48x48/48x48/21/1280x5/walks0",
		"x/48x48/48x48/21/1280x5/walks064",
		"x/48x48/48x48/21/1280x5/walks-1",
		"x/48x48/48x48/21/1280x5/walks1025",
		"x/48x48/48x48/21/1280x5/walks99999999999999999999999",
		"x/48x48/48x48/21/1280x5/walks64/hashed",
	};
	static const char *const right[] = {
		"x/48x48/48x48/21/1280x5/coalesce4",
		"x/48x48/48x48/21/1280x5/random",
		"x/48x48/48x48/21/1280x5/hashed",
		"x/48x48/48x48/21/1280x5/coalesce8/plru/hashed",
		"x/48x48/48x48/21/1280x5/walks1024",
		"x/48x48/48x48/21/1280x5/coalesce8/plru/hashed/walks64",
	};
	struct geometry g;
	_free_ char *word = NULL;

	(void)state;
	assert_int_equal(geometry__parse("a-1/48x48/44x44/21/1280x5", &g), 0);
	assert_string_equal(g.name, "a-1");
	assert_int_equal(g.l1d.entries, 44);
	assert_int_equal(g.l2.ways, 5);
	word = geometry__format(&g);
	assert_string_equal(word, "a-1/48x48/44x44/21/1280x5");
	for (size_t i = 0; i < ARRAY_SIZE(right); i++) {
		_free_ char *again = NULL;

		assert_int_equal(geometry__parse(right[i], &g), 0);
		again = geometry__format(&g);
		assert_string_equal(again, right[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(geometry__parse(wrong[i], &g), -EINVAL);
	assert_string_equal(geometry_tlb__check(&(struct geometry_tlb){ 1280, 6 }),
			    "6 ways do not divide 1280 entries");
	assert_null(geometry_tlb__check(&(struct geometry_tlb){ 1280, 5 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_a_plain_list),
		cmocka_unit_test(contents_at_the_start_save_only_cold_misses),
		cmocka_unit_test(cold_start),
		cmocka_unit_test(large_leaves_are_held_in_pieces),
		cmocka_unit_test(pieces_are_invalidated_together),
		cmocka_unit_test(policies),
		cmocka_unit_test(geometries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
