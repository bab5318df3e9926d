// SPDX-License-Identifier: GPL-2.0-only
/* Blocks of a profile: lookup, counts, reset and limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collectors/tlbmodel/block.h"
#include "collectors/tlbmodel/profile.h"

static uint64_t *arrays[PROFILE_CHUNKS];

static uint64_t *make_counters(size_t chunk)
{
	if (!arrays[chunk])
		arrays[chunk] = calloc(PROFILE_CHUNK, sizeof(uint64_t));
	return arrays[chunk];
}

static void free_counters(void)
{
	for (size_t i = 0; i < PROFILE_CHUNKS; i++) {
		free(arrays[i]);
		arrays[i] = NULL;
	}
}

/* Code that is translated again has the same block; code of another length at that address has
 * not. */
static void blocks_are_found_again(void **state)
{
	struct profile p = { .counters = make_counters };
	uint32_t a = profile__find(&p, 0xffff800080010000, 5, 0xd65f03c0);
	uint32_t b = profile__find(&p, 0xffff800080010000, 4, 0xd65f03c0);

	(void)state;
	assert_true(a && b && a != b);
	assert_int_equal(profile__find(&p, 0xffff800080010000, 5, 0xd65f03c0), a);
	assert_int_not_equal(profile__find(&p, 0xffff800080010000, 5, 0x94000000), a);
	*profile__block(&p, a)->runs += 3;
	*profile__block(&p, b)->runs += 2;
	assert_int_equal(profile__instructions(&p), 3 * 5 + 2 * 4);
	profile__block(&p, a)->event[PROFILE_L1D]++;
	profile__reset(&p);
	assert_int_equal(profile__instructions(&p), 0);
	a = profile__find(&p, 0xffff800080010000, 4, 0xd65f03c0);
	assert_int_equal(*profile__block(&p, a)->runs, 0);
	assert_int_equal(profile__block(&p, a)->event[PROFILE_L1D], 0);
	profile__release(&p);
	free_counters();
}

static void no_profile(void **state)
{
	struct profile p = { 0 };

	(void)state;
	assert_int_equal(profile__find(&p, 4096, 1, 0), 0);
	assert_null(profile__block(&p, 0));
	assert_int_equal(profile__instructions(&p), 0);
	profile__reset(&p);
	profile__release(&p);
}

/* A full profile refuses new blocks, and still finds those that it has. */
static void full_profile(void **state)
{
	struct profile p = { .counters = make_counters };
	const uint32_t most = PROFILE_CHUNK * PROFILE_CHUNKS;

	(void)state;
	for (uint32_t i = 1; i <= most; i++)
		assert_int_equal(profile__find(&p, 4096 + 16ull * i, 4, 0), i);
	assert_int_equal(profile__find(&p, 64, 4, 0), 0);
	assert_int_equal(profile__find(&p, 4096 + 16ull * most, 4, 0), most);
	profile__release(&p);
	free_counters();
}

/* block__run() from each instruction on, to the next one that accesses memory. */
static void runs_of_a_block(void **state)
{
	/* ldr, add, add, str, ret */
	struct block b = {
		.n = 5, .opcode = { 0xf9400420, 0x91000400, 0x91000400, 0xf9000020, 0xd65f03c0 }
	};
	static const size_t want[] = { 0, 2, 1, 0, 1, 0 };

	(void)state;
	block__plan(&b, false);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_int_equal(block__run(&b, i), want[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_found_again),
		cmocka_unit_test(no_profile),
		cmocka_unit_test(full_profile),
		cmocka_unit_test(runs_of_a_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
