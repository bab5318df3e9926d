// SPDX-License-Identifier: GPL-2.0-only
/* Which rows a view shows, in which order, and what it must not modify. */
#include "reports/report/outcome.h"
#include "reports/report/words.h"
#include "tests/unit/reports/made.h"

static size_t shown_with(struct report_filter f)
{
	struct report *r = usual();
	struct report_view v;
	size_t n;

	assert_int_equal(report_view__make(r, &f, &v, NULL), 0);
	assert_int_equal(report__exit_code(r), 1);
	n = v.blocks[0].n_rows;
	assert_int_equal(n + v.blocks[0].folded + v.blocks[0].filtered, r->blocks[0].n_rows);
	report_view__release(&v);
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
		struct report_view v;
		const struct view_block *b;

		for (size_t i = 0; i < better; i++)
			add(r, "fio", &mean, BASIS_MODELLED, judged(VERDICT_IMPROVEMENT, -9, 0.001),
			    "");
		add(r, "fio", &slab, BASIS_MODELLED, judged(VERDICT_REGRESSION, 9, 0.001), "");
		add(r, "fio", &mem, BASIS_EXACT, judged(VERDICT_IMPROVEMENT, 9, 0.001), "");
		assert_int_equal(report_view__make(r, &fold, &v, NULL), 0);
		b = &v.blocks[0];
		assert_int_equal(b->folded, better == 20 ? 20 : 0);
		assert_int_equal(b->folded_better, b->folded);
		assert_int_equal(b->n_rows, better == 20 ? 2 : 21);
		for (size_t i = 0; better == 20 && i < b->n_rows; i++)
			assert_ptr_not_equal(b->rows[i]->metric, &mean);
		report_view__release(&v);
		report__free(r);
	}
}

/* A brief view: changed primary metrics, the most severe first; the rest is counted. */
static void brief(void **state __unused)
{
	const struct report_filter f = { .fold = true, .brief = true };
	struct report *r = usual();
	const struct view_block *b;
	struct report_view v;

	assert_int_equal(report_view__make(r, &f, &v, NULL), 0);
	b = &v.blocks[0];
	assert_int_equal(b->n_rows, 2);
	assert_ptr_equal(b->rows[0]->metric, &ops); /* worse before better */
	assert_ptr_equal(b->rows[1]->metric, &mem);
	assert_int_equal(b->folded, 6);
	assert_int_equal(b->folded_moved, 0);
	report_view__release(&v);
	report__free(r);
}

/* Without a primary verdict the view shows the other metrics; rows that do not fit are counted. */
static void brief_without_primary(void **state __unused)
{
	const struct report_filter f = { .fold = true, .brief = true };
	struct campaign *c = new_campaign('1', "demo", "a host", "new", "old");
	struct report *r = new_report(c, c, "", 40);
	struct report_view v;

	for (size_t i = 0; i < 40; i++)
		add(r, "fio", i % 2 ? &mean : &slab, BASIS_MEASURED,
		    judged(VERDICT_REGRESSION, 5 + (double)i, 0.001), "");
	assert_int_equal(report_view__make(r, &f, &v, NULL), 0);
	assert_int_equal(v.blocks[0].n_rows, 16);
	assert_int_equal(v.blocks[0].folded_moved, 24);
	assert_true(v.blocks[0].rows[0]->j.pct > 43);
	report_view__release(&v);
	report__free(r);
}

/* Add a row of the TLB model with this name. */
static void add_named(struct report *r, struct metric *m, const char *name, struct judgement j)
{
	*m = mean;
	m->name = name;
	add(r, "memcached", m, BASIS_MODELLED, j, "");
}

/* A row that repeats another one is folded, unless their verdicts differ. */
static void echoes(void **state __unused)
{
	static const struct {
		const char *name;
		enum verdict verdict;
		bool shown;
	} rows[] = {
		{ "kernel.walk_cycles_100", VERDICT_IMPROVEMENT, false },
		{ "kernel.walk_cycles_30", VERDICT_IMPROVEMENT, false },
		{ "kernel.walk_cycles_60", VERDICT_IMPROVEMENT, true },
		{ "kernel.walk_d_mpki", VERDICT_IMPROVEMENT, true },
		{ "kernel.walks_d", VERDICT_IMPROVEMENT, false },
		{ "kernel.walk_step_d_mpki", VERDICT_IMPROVEMENT, false },
		{ "kernel.walk_steps_d", VERDICT_IMPROVEMENT, false },
		{ "linear.walk_steps", VERDICT_IMPROVEMENT, true }, /* no such rate */
		{ "kernel.sampled_ns", VERDICT_IMPROVEMENT, false },
		{ "kernel.sampled_ns_per_op", VERDICT_IMPROVEMENT, true },
		{ "core1.kernel.walk_d_mpki", VERDICT_IMPROVEMENT, false },
		{ "core2.kernel.walk_d_mpki", VERDICT_REGRESSION, true }, /* another verdict */
		{ "user.walks_d", VERDICT_IMPROVEMENT, true }, /* no such rate */
		{ "core", VERDICT_IMPROVEMENT, true },
	};
	struct report_filter f = { .fold = true };
	struct campaign *c = new_campaign('1', "demo", "a host", "new", "old");
	struct report *r = new_report(c, c, "", ARRAY_SIZE(rows));
	struct metric m[ARRAY_SIZE(rows)];
	struct report_view v;
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		add_named(r, &m[i], rows[i].name, judged(rows[i].verdict, -50, 1e-5));
	assert_int_equal(report_view__make(r, &f, &v, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool shown = at < v.blocks[0].n_rows &&
			     streq(v.blocks[0].rows[at]->metric->name, rows[i].name);

		if (shown != rows[i].shown)
			fail_msg("%s", rows[i].name);
		at += shown;
	}
	report_view__release(&v);
	f.fold = false;
	assert_int_equal(report_view__make(r, &f, &v, NULL), 0);
	assert_int_equal(v.blocks[0].n_rows, ARRAY_SIZE(rows));
	report_view__release(&v);
	report__free(r);
}

static void bad_filters(void **state)
{
	struct report_filter f = { 0 };
	struct report *r = usual();
	struct report_view v;
	struct err err;

	(void)state;
	assert_int_equal(report_filter__only(&f, "changes,", &err), -EINVAL);
	assert_int_equal(report_filter__only(&f, "regression", &err), -EINVAL);
	assert_non_null(strstr(err.msg, "regressions, improvements"));
	assert_int_equal(report_filter__basis(&f, "guessed", &err), -EINVAL);
	assert_int_equal(report_filter__sort(&f, "size", &err), -EINVAL);
	assert_int_equal(report_filter__basis(&f, "measured-guest", &err), 0);
	strvec__push(&f.workloads, "memcache");
	assert_int_equal(report_view__make(r, &f, &v, &err), -ENOENT);
	f.may_miss = true;
	assert_int_equal(report_view__make(r, &f, &v, &err), 0);
	assert_int_equal(v.blocks[0].n_rows, 0);
	assert_int_equal(v.blocks[0].n_means, 0);
	assert_int_equal(v.blocks[0].filtered, r->blocks[0].n_rows);
	report_view__release(&v);
	assert_int_equal(report_view__make(r, &(struct report_filter){ .block = 2 }, &v, &err),
			 -ENOENT);
	assert_non_null(strstr(err.msg, "there is only 1 comparison, not 2"));
	report_filter__release(&f);
	report__free(r);
}

/* The metric of the n-th row in an order. */
static const struct metric *nth(const struct report *r, enum report_sort sort, size_t n)
{
	const struct report_filter f = { .sort = sort };
	const struct metric *m;
	struct report_view v;

	assert_int_equal(report_view__make(r, &f, &v, NULL), 0);
	assert_int_equal(v.blocks[0].n_rows, r->blocks[0].n_rows);
	assert_ptr_equal(v.blocks[0].rows[n], v.blocks[0].all[n]);
	m = v.blocks[0].rows[n]->metric;
	report_view__release(&v);
	return m;
}

static void orders(void **state __unused)
{
	struct report *r = usual();
	size_t last = r->blocks[0].n_rows - 1;

	/* A primary regression comes before a larger secondary one; rows without a verdict are
	 * last. */
	assert_ptr_equal(nth(r, SORT_SEVERITY, 0), &ops);
	assert_ptr_equal(nth(r, SORT_SEVERITY, 1), &mean);
	assert_ptr_equal(nth(r, SORT_SEVERITY, 2), &mem);
	assert_ptr_equal(nth(r, SORT_SEVERITY, last), &lat);
	assert_ptr_equal(nth(r, SORT_NAME, 0), &mem);
	assert_ptr_equal(nth(r, SORT_NAME, 1), &slab);
	assert_ptr_equal(nth(r, SORT_PRIMARY, 6), &slab);
	assert_ptr_equal(nth(r, SORT_CHANGE, 0), &mean);
	assert_ptr_equal(nth(r, SORT_CHANGE, 1), &ops);
	assert_ptr_equal(nth(r, SORT_P, 0), &mem);
	assert_ptr_equal(nth(r, SORT_P, 1), &mean); /* equal p: the larger change first */
	report__free(r);
}

/* Names say as much as it takes to tell rows apart, whichever row comes first. */
static void names_of_rows(void **state __unused)
{
	static const struct {
		const char *workload, *source;
		const struct metric *metric;
		const char *name;
	} rows[] = {
		{ "fio", "fio", &ops, "fio/ops" },
		{ "memcached", "client", &ops, "memcached(client)/ops" },
		{ "memcached", "server", &ops, "memcached(server)/ops" },
		{ "memcached", "client", &lat, "p99" },
	};
	struct campaign *c = new_campaign('1', "demo", "a host", "new", "old");
	struct report *r = new_report(c, c, "", ARRAY_SIZE(rows));

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		add(r, rows[i].workload, rows[i].metric, BASIS_MEASURED,
		    judged(VERDICT_IMPROVEMENT, 1, 0.001), "")
			->source = rows[i].source;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_free_ char *name = words__row(&r->blocks[0], &r->blocks[0].rows[i]);

		assert_string_equal(name, rows[i].name);
	}
	report__free(r);
}

static void figures(void **state __unused)
{
	struct judgement j = judged(VERDICT_INCONCLUSIVE, 2, 0.5);
	_free_ char *usual = words__ci(&j), *wide = NULL, *change = NULL;

	assert_string_equal(usual, "[+1.00,+3.00]");
	j.lo_pct = -100;
	j.hi_pct = 62808707133371408449536.0;
	wide = words__ci(&j);
	assert_string_equal(wide, "[-100,+6.28e+22]");
	j.pct = 1234567;
	change = words__change(&j);
	assert_string_equal(change, "+1.23e+06 %");
}

/* Views do not modify their report. */
static void a_report_stays(void **state __unused)
{
	struct report *r = usual();
	size_t size = r->blocks[0].n_rows * sizeof(struct report_row);
	_free_ void *rows = xcalloc(1, size);
	struct report_block block = r->blocks[0];
	struct report before = *r;
	struct report_view v[2];

	memcpy(rows, r->blocks[0].rows, size);
	for (size_t i = 0; i < 2; i++) {
		const struct report_filter f = { .sort = SORT_SEVERITY, .fold = i, .primary = !i };

		assert_int_equal(report_view__make(r, &f, &v[i], NULL), 0);
	}
	assert_memory_equal(rows, r->blocks[0].rows, size);
	assert_memory_equal(&block, &r->blocks[0], sizeof(block));
	assert_memory_equal(&before, r, sizeof(before));
	for (size_t i = 0; i < 2; i++)
		report_view__release(&v[i]);
	report__free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brief),	 cmocka_unit_test(brief_without_primary),
		cmocka_unit_test(echoes),	 cmocka_unit_test(filters),
		cmocka_unit_test(many_changes),	 cmocka_unit_test(bad_filters),
		cmocka_unit_test(orders),	 cmocka_unit_test(a_report_stays),
		cmocka_unit_test(names_of_rows), cmocka_unit_test(figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
