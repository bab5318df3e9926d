// SPDX-License-Identifier: GPL-2.0-only
/* FNV-1a against the published vectors: hashes are stored, so they must never change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hash.h"

static void published_vectors(void **state)
{
	(void)state;
	assert_true(hash__text("") == 0xcbf29ce484222325ull);
	assert_true(hash__text("a") == 0xaf63dc4c8601ec8cull);
	assert_true(hash__text("foobar") == 0x85944171f73967e8ull);
	assert_true(hash__add(hash__text("foo"), "bar") == hash__text("foobar"));
	assert_true(hash__text("\xff") == 0xaf64724c8602eb6eull); /* bytes are unsigned */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors),
	};

	return cmocka_run_group_tests_name("lib/hash", tests, NULL, NULL);
}
