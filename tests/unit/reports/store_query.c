// SPDX-License-Identifier: GPL-2.0-only
/* Statements are prepared once and never used by two queries at a time; rows become structs and
 * back. */
#include "tests/unit/reports/fixture.h"
#include "reports/store/db.h"

#include <math.h>

#define ONE "SELECT ?1 + 1"

static int64_t run_with(struct fixture *f, struct query *q, int64_t v)
{
	int64_t got = 0;

	if (v)
		query__bind(q, ARGS(v));
	assert_int_equal(query__int(q, &got, &f->err), 1);
	return got;
}

static void one_is_used_again_and_knows_nothing(void **state)
{
	struct fixture *f = *state;
	struct query first, again;
	sqlite3_stmt *stmt;

	assert_int_equal(query__begin(&first, f->st, ONE, NULL, &f->err), 0);
	assert_int_equal(run_with(f, &first, 41), 42);
	stmt = first.stmt;
	query__end(&first); /* in the middle of a row */
	assert_null(first.stmt);
	assert_int_equal(query__begin(&again, f->st, ONE, NULL, &f->err), 0);
	assert_ptr_equal(again.stmt, stmt);
	assert_int_equal(run_with(f, &again, 0), 0); /* NULL: bindings are cleared */
	query__end(&again);
}

static void two_at_a_time_are_two(void **state)
{
	struct fixture *f = *state;
	_query_ struct query a = { 0 }, b = { 0 };

	assert_int_equal(query__begin(&a, f->st, ONE, NULL, &f->err), 0);
	assert_int_equal(query__begin(&b, f->st, ONE, NULL, &f->err), 0);
	assert_ptr_not_equal(a.stmt, b.stmt);
	assert_int_equal(run_with(f, &a, 1), 2);
	assert_int_equal(run_with(f, &b, 2), 3);
}

static void more_than_are_cached_work_as_well(void **state)
{
	struct fixture *f = *state;
	struct query q[2 * STORE_CACHED];

	for (size_t i = 0; i < ARRAY_SIZE(q); i++) {
		_free_ char *sql = xasprintf("SELECT %zu", i);

		assert_int_equal(query__begin(&q[i], f->st, sql, NULL, &f->err), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(q); i++) {
		assert_int_equal(run_with(f, &q[i], 0), (int64_t)i);
		query__end(&q[i]);
	}
}

static void a_mistake_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct query q = { 0 };

	assert_true(query__begin(&q, f->st, "SELEC", NULL, &f->err) < 0);
	assert_null(q.stmt);
	query__end(&q);
	assert_int_equal(query__begin(&q, f->st, ONE, NULL, &f->err), 0);
	query__end(&q);
}

static void one_parameter_too_many_is_an_error(void **state)
{
	struct fixture *f = *state;
	_query_ struct query q = { 0 };

	assert_int_equal(query__begin(&q, f->st, ONE, NULL, &f->err), 0);
	query__bind(&q, ARGS(1, 2));
	assert_int_equal(query__step(&q, &f->err), -EINVAL);
	assert_non_null(strstr(f->err.msg, "cannot bind a value"));
}

/* How SQLite interprets an argument, and what is left of its value. */
static void arguments_are_bound_by_their_types(void **state)
{
	struct fixture *f = *state;
	_query_ struct query q = { 0 };
	char array[] = "array";
	const char *no_text = NULL;

	assert_int_equal(query__begin(&q, f->st,
				      "SELECT typeof(?1) || typeof(?2) || typeof(?3) || typeof(?4)"
				      " || typeof(?5) || typeof(?6) || ?7 || ?8 || quote(?9)",
				      ARGS(UINT64_MAX, true, BOOT_OK, 1.0, NAN * 1.0, no_text,
					   array, "text", (size_t)7),
				      &f->err),
			 0);
	assert_int_equal(query__step(&q, &f->err), 1);
	assert_string_equal(col__peek(&q, 0), "integerintegerintegerrealnulltextarraytext7");
}

static void a_statement_runs_once(void **state)
{
	struct fixture *f = *state;
	int64_t v = 5;

	assert_int_equal(store_db__int(f->st, "SELECT ?1 WHERE ?1 < 3", ARGS(2), &v, &f->err), 1);
	assert_int_equal(v, 2);
	assert_int_equal(store_db__int(f->st, "SELECT ?1 WHERE ?1 < 3", ARGS(4), &v, &f->err), 0);
	assert_int_equal(v, 2);
	assert_int_equal(store_db__run(f->st, "DELETE FROM boot WHERE id = ?", ARGS(1, 2), &f->err),
			 -EINVAL);
	assert_int_equal(store_db__int(f->st, "SELEC", NULL, &v, &f->err), -EIO);
}

struct all_kinds {
	char *text;
	const char *more;
	int64_t i64;
	uint64_t u64;
	int i;
	unsigned int u;
	bool b;
	double d, none;
	char parsed;
};

static int parse(struct query *q, int at, void *row, struct err *err)
{
	struct all_kinds *all = row;

	all->parsed = *col__peek(q, at);
	return all->parsed == 'x' ? err__set(err, -EUCLEAN, "no x") : 0;
}

static const struct row_type type =
	ROW_TYPE(struct all_kinds, (text, more, i64, u64, i, u, b, d, none), .parse = parse);

static void rows_go_both_ways(void **state)
{
	struct fixture *f = *state;
	_query_ struct query q = { 0 };
	char text[] = "a text";
	const struct all_kinds in = { text,	  NULL, INT64_MIN, UINT64_MAX, -7,
				      UINT32_MAX, true, 0.1,	   NAN,	       0 };
	struct all_kinds *out;
	size_t n;

	assert_int_equal(query__begin(&q, f->st,
				      "WITH t (value) AS (VALUES ('a'), ('b'), ('c'))"
				      " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, value FROM t",
				      NULL, &f->err),
			 0);
	bind__row(&q, &type, &in);
	assert_int_equal(query__each(&q, &type, &out, &n, &f->err), 0);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(out[i].text, "a text");
		assert_string_equal(out[i].more, "");
		assert_true(out[i].i64 == INT64_MIN && out[i].u64 == UINT64_MAX);
		assert_true(out[i].i == -7 && out[i].u == UINT32_MAX && out[i].b);
		assert_true(out[i].d == 0.1 && isnan(out[i].none));
		assert_int_equal(out[i].parsed, "abc"[i]);
	}
	row_type__free(&type, out, n);
}

/* Nothing is left of the rows before the refused one (checked by valgrind and ASan). */
static void a_bad_row_ends_the_list(void **state)
{
	struct fixture *f = *state;
	_query_ struct query q = { 0 };
	struct all_kinds *out = (void *)f;
	size_t n = 5;

	assert_int_equal(query__begin(&q, f->st,
				      "WITH t (value) AS (VALUES ('a'), ('b'), ('x'), ('c'))"
				      " SELECT 't', 'm', 1, 2, 3, 4, 1, 0.5, 0.5, value FROM t",
				      NULL, &f->err),
			 0);
	assert_int_equal(query__each(&q, &type, &out, &n, &f->err), -EUCLEAN);
	assert_null(out);
	assert_int_equal(n, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_is_used_again_and_knows_nothing),
		TEST(two_at_a_time_are_two),
		TEST(more_than_are_cached_work_as_well),
		TEST(a_mistake_leaves_nothing),
		TEST(one_parameter_too_many_is_an_error),
		TEST(arguments_are_bound_by_their_types),
		TEST(a_statement_runs_once),
		TEST(rows_go_both_ways),
		TEST(a_bad_row_ends_the_list),
	};

	return cmocka_run_group_tests_name("reports/store-query", tests, NULL, NULL);
}
