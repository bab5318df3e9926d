// SPDX-License-Identifier: GPL-2.0-only
/* Statements are prepared once, and never by two at a time. */
#include "tests/unit/reports/fixture.h"
#include "reports/store/db.h"

#define ONE "SELECT ?1 + 1"

static int64_t run_with(struct fixture *f, sqlite3_stmt *stmt, int64_t v)
{
	if (v)
		sqlite3_bind_int64(stmt, 1, v);
	assert_int_equal(store_db__step(f->st, stmt, &f->err), 1);
	return sqlite3_column_int64(stmt, 0);
}

static void one_is_used_again_and_knows_nothing(void **state)
{
	struct fixture *f = *state;
	sqlite3_stmt *first, *again;

	assert_int_equal(store_db__prepare(f->st, ONE, &first, &f->err), 0);
	assert_int_equal(run_with(f, first, 41), 42);
	store_db__finalize(&first); /* in mid-row */
	assert_int_equal(store_db__prepare(f->st, ONE, &again, &f->err), 0);
	assert_ptr_equal(again, first);
	assert_int_equal(run_with(f, again, 0), 0); /* NULL: what was bound is gone */
	store_db__finalize(&again);
}

static void two_at_a_time_are_two(void **state)
{
	struct fixture *f = *state;
	_stmt_ sqlite3_stmt *a = NULL, *b = NULL;

	assert_int_equal(store_db__prepare(f->st, ONE, &a, &f->err), 0);
	assert_int_equal(store_db__prepare(f->st, ONE, &b, &f->err), 0);
	assert_ptr_not_equal(a, b);
	assert_int_equal(run_with(f, a, 1), 2);
	assert_int_equal(run_with(f, b, 2), 3);
}

static void more_than_are_kept_work_as_well(void **state)
{
	struct fixture *f = *state;
	sqlite3_stmt *s[2 * STORE_KEPT];

	for (size_t i = 0; i < ARRAY_SIZE(s); i++) {
		_free_ char *sql = xasprintf("SELECT %zu", i);

		assert_int_equal(store_db__prepare(f->st, sql, &s[i], &f->err), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(s); i++) {
		assert_int_equal(run_with(f, s[i], 0), (int64_t)i);
		store_db__finalize(&s[i]);
	}
}

static void a_mistake_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	sqlite3_stmt *s = NULL;

	assert_true(store_db__prepare(f->st, "SELEC", &s, &f->err) < 0);
	assert_null(s);
	store_db__finalize(&s);
	assert_int_equal(store_db__prepare(f->st, ONE, &s, &f->err), 0);
	store_db__finalize(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_is_used_again_and_knows_nothing),
		TEST(two_at_a_time_are_two),
		TEST(more_than_are_kept_work_as_well),
		TEST(a_mistake_leaves_nothing),
	};

	return cmocka_run_group_tests_name("reports/store-stmt", tests, NULL, NULL);
}
