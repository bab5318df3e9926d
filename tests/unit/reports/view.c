// SPDX-License-Identifier: GPL-2.0-only
/* Which rows a report shows and in which order; what a view must not touch. */
#include "tests/unit/reports/made.h"

static size_t shown(const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->blocks[0].n_rows; i++)
		n += r->blocks[0].rows[i].shown == ROW_SHOWN;
	return n;
}

static size_t shown_with(struct report_filter f)
{
	struct report *r = usual();
	size_t n;

	assert_int_equal(report_view__apply(r, &f, NULL), 0);
	assert_int_equal(report__exit_code(r), 1);
	n = shown(r);
	report__free(r);
	report_filter__release(&f);
	return n;
}

static void filters(void **state)
{
	struct report_filter only = { 0 }, basis = { 0 }, work = { 0 }, glob = { 0 };

	(void)state;
	assert_int_equal(shown_with((struct report_filter){ 0 }), 8);
	assert_int_equal(shown_with((struct report_filter){ .fold = true }), 7);
	assert_int_equal(shown_with((struct report_filter){ .primary = true }), 6);
	assert_int_equal(report_filter__only(&only, "regressions", NULL), 0);
	assert_int_equal(shown_with(only), 2);
	assert_int_equal(report_filter__only(&only, "improvements,inconclusive", NULL), 0);
	assert_int_equal(shown_with(only), 4);
	assert_int_equal(report_filter__only(&only, "verdicts", NULL), 0);
	assert_int_equal(shown_with(only), 7);
	assert_int_equal(report_filter__basis(&basis, "emulated", NULL), 0);
	assert_int_equal(shown_with(basis), 1);
	strvec__push(&work.workloads, "memcached");
	assert_int_equal(shown_with(work), 3);
	strvec__push(&glob.metrics, "fio/*");
	strvec__push(&glob.metrics, "slab*");
	assert_int_equal(shown_with(glob), 3);
}

/* What one feature makes better in dozens of metrics is counted; what got worse never hides. */
static void many_changes(void **state __unused)
{
	for (size_t better = 19; better <= 20; better++) {
		struct campaign *c = new_campaign('1', "demo", "a host", "new", "old");
		struct report_filter fold = { .fold = true };
		struct report *r = new_report(c, c, "", 22);
		struct report_block *b = &r->blocks[0];

		for (size_t i = 0; i < better; i++)
			add(r, "fio", &mean, BASIS_MODELLED, judged(VERDICT_IMPROVEMENT, -9, 0.001),
			    "");
		add(r, "fio", &slab, BASIS_MODELLED, judged(VERDICT_REGRESSION, 9, 0.001), "");
		add(r, "fio", &mem, BASIS_EXACT, judged(VERDICT_IMPROVEMENT, 9, 0.001), "");
		assert_int_equal(report_view__apply(r, &fold, NULL), 0);
		assert_int_equal(b->folded, better == 20 ? 20 : 0);
		assert_int_equal(b->folded_better, b->folded);
		for (size_t i = 0; i < b->n_rows; i++)
			assert_true(b->rows[i].shown == ROW_SHOWN || b->rows[i].metric == &mean);
		report__free(r);
	}
}

static void bad_filters(void **state)
{
	struct report_filter f = { 0 };
	struct report *r = usual();
	struct err err;

	(void)state;
	assert_int_equal(report_filter__only(&f, "changes,", &err), -EINVAL);
	assert_int_equal(report_filter__only(&f, "regression", &err), -EINVAL);
	assert_non_null(strstr(err.msg, "regressions, improvements"));
	assert_int_equal(report_filter__basis(&f, "guessed", &err), -EINVAL);
	assert_int_equal(report_filter__sort(&f, "size", &err), -EINVAL);
	assert_int_equal(report_filter__basis(&f, "measured-guest", &err), 0);
	strvec__push(&f.workloads, "memcache");
	assert_int_equal(report_view__apply(r, &f, &err), -ENOENT);
	report_filter__release(&f);
	report__free(r);
}

static void orders(void **state)
{
	struct report_filter f = { .sort = SORT_SEVERITY };
	struct report *r = usual();
	const struct report_row *rows = r->blocks[0].rows;

	(void)state;
	report_view__apply(r, &f, NULL);
	/* A primary regression before a larger secondary one; what has no verdict last. */
	assert_string_equal(rows[0].metric->name, "ops");
	assert_string_equal(rows[1].metric->name, "mean");
	assert_string_equal(rows[2].metric->name, "mem_total");
	assert_int_equal(rows[7].j.verdict, VERDICT_NONE);
	f.sort = SORT_NAME;
	report_view__apply(r, &f, NULL);
	assert_string_equal(rows[0].metric->name, "mem_total");
	assert_string_equal(rows[1].metric->name, "slab_unreclaimable");
	f.sort = SORT_PRIMARY;
	report_view__apply(r, &f, NULL);
	assert_string_equal(rows[6].metric->name, "slab_unreclaimable");
	report__free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters),
		cmocka_unit_test(many_changes),
		cmocka_unit_test(bad_filters),
		cmocka_unit_test(orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
