// SPDX-License-Identifier: GPL-2.0-only
/* Campaigns in exact mode, in which boots run one workload each, and some repeat others. */
#include <stddef.h>
#include "tests/unit/reports/fixture.h"

#include "reports/analysis/repeats.h"
#include "reports/report/open.h"
#include "reports/report/outcome.h"
#include "reports/report/block.h"

#include <math.h>

enum { INSNS, TIME, MEM };

static const struct metric metrics[] = {
	[INSNS] = METRIC(.name = "insns", .unit = "insns", .kind = METRIC_COUNT, .primary = true,
			 .margin_rel = 0.001),
	[TIME] = METRIC(.name = "time", .unit = "s", .kind = METRIC_TIME, .margin_rel = 0.02),
	[MEM] = METRIC(.name = "mem", .unit = "kB", .kind = METRIC_STATE, .per_boot = true,
		       .margin_abs = 64),
};

/* Four boots per block: both variants with both workloads. Schedule: block 0, its repeat, blocks 1
 * and 2. */
#define BLOCK 4
#define SLOTS (4 * BLOCK)

/* A change to the campaign that all tests start from. */
struct change {
	int slot; /* slot of the boot to change; -1: none */
	enum boot_status status;
	double insns, mem, time; /* added to its values */
	bool no_insns;
};

static void add_boot(struct fixture *f, unsigned int slot, const struct change *ch)
{
	bool repeat = slot / BLOCK == 1, me = ch->slot == (int)slot;
	unsigned int of = repeat ? slot - BLOCK : slot;
	const char *work = slot % BLOCK < 2 ? "alpha" : "beta";
	_free_ char *of_text = xasprintf("%u", of + 1);
	unsigned int block = of / BLOCK, cand = slot % 2;
	double at = 3 * block + 20 * cand, dn = me ? ch->insns : 0;
	struct store_boot b = fixture_boot(slot, slot % 2 ? "cand" : "base");
	struct boot_fact facts[] = { { FACT_WORKLOAD, work }, { FACT_REPEAT_OF, of_text } };
	struct store_sample s[] = {
		{ .workload = work,
		  .source = work,
		  .version = 1,
		  .metric = &metrics[TIME],
		  .value = 1 + (me ? ch->time : 0),
		  .basis = BASIS_EMULATED },
		{ .workload = "boot",
		  .source = "meminfo",
		  .version = 1,
		  .metric = &metrics[MEM],
		  .iter = -1,
		  .value = 2e6 + at + (me ? ch->mem : 0),
		  .basis = BASIS_EXACT },
		{ .workload = work,
		  .source = work,
		  .version = 1,
		  .metric = &metrics[INSNS],
		  .value = 1000 + at + dn,
		  .basis = BASIS_EXACT },
	};

	b.status = me ? ch->status : BOOT_OK;
	b.facts = facts;
	b.n_facts = repeat ? 2 : 1;
	b.samples = s;
	b.n_samples = b.status != BOOT_OK ? 0 : me && ch->no_insns ? 2 : 3;
	fixture_add(f, &b);
}

/* The report of the campaign with a change, up to `n` boots. */
static struct report *made(struct fixture *f, const struct change *ch, unsigned int n)
{
	struct report *r;

	fixture_campaign(f, SLOTS, 1);
	for (unsigned int i = 0; i < n; i++)
		add_boot(f, i, ch);
	if (store__finish_campaign(f->st, f->uuid, "finished", &f->err))
		fail_msg("%s", f->err.msg);
	if (report__open(f->st, "latest", &r, NULL, &f->err))
		fail_msg("%s", f->err.msg);
	return r;
}

static const struct report_row *row(const struct report *r, const char *workload,
				    const char *metric)
{
	const struct report_block *b = &r->blocks[0];

	for (size_t i = 0; i < b->n_rows; i++)
		if (streq(b->rows[i].workload, workload) && streq(b->rows[i].metric->name, metric))
			return &b->rows[i];
	fail_msg("no row %s/%s", workload, metric);
	return NULL;
}

static const struct change none = { .slot = -1 };

static void repeats_do_not_count(void **state)
{
	struct report *r = made(*state, &none, SLOTS);

	assert_int_equal(r->cautions.n, 0);
	assert_false(r->unfit);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(r->variants[i].planned, 6);
		assert_int_equal(r->variants[i].ok, 6);
		assert_int_equal(r->variants[i].repeats, 2);
	}
	/* Rows of a workload count the boots that ran it; rows of the boot itself count all. */
	assert_int_equal(row(r, "alpha", "insns")->n_a, 3);
	assert_int_equal(row(r, "beta", "insns")->n_b, 3);
	assert_int_equal(row(r, "boot", "mem")->n_a, 6);
	assert_int_equal(row(r, "alpha", "insns")->left_a.identical, 0);
	assert_string_equal(row(r, "alpha", "insns")->note, "");
	report__free(r);
}

static void a_count_that_differs_is_named(void **state)
{
	struct report *r = made(*state, &(struct change){ .slot = 6, .insns = 1 }, SLOTS);

	assert_int_equal(r->cautions.n, 1);
	assert_string_equal(r->cautions.v[0],
			    "these figures are not exact: boot 7 repeats boot 3 "
			    "(base, beta) with its seed, but 1 of 2 counts differ: beta/insns of beta "
			    "in iteration 0 is 1000 in boot 3 and 1001 in boot 7");
	assert_int_equal(report__exit_code(r), 3);
	report__free(r);
}

/* The smallest possible difference, in a value that belongs to the boot itself. */
static void to_the_bit(void **state)
{
	double one = nextafter(2e6, INFINITY) - 2e6;
	struct report *r = made(*state, &(struct change){ .slot = 4, .mem = one }, SLOTS);

	assert_int_equal(r->cautions.n, 1);
	assert_non_null(strstr(r->cautions.v[0], "meminfo/mem of boot is 2000000 in boot 1 and "
						 "2000000.0000000002 in boot 5"));
	report__free(r);
}

static void a_count_that_is_missing_differs(void **state)
{
	struct report *r = made(*state, &(struct change){ .slot = 2, .no_insns = true }, SLOTS);

	assert_int_equal(r->cautions.n, 1);
	assert_non_null(strstr(r->cautions.v[0], "beta/insns of beta in iteration 0 was counted in "
						 "boot 7 only"));
	report__free(r);
}

static void times_may_differ(void **state)
{
	struct report *r = made(*state, &(struct change){ .slot = 4, .time = 1 }, SLOTS);

	assert_int_equal(r->cautions.n, 0);
	report__free(r);
}

static void a_repeat_that_failed_shows_nothing(void **state)
{
	struct report *r = made(*state, &(struct change){ .slot = 5, .status = BOOT_PANIC }, SLOTS);

	assert_int_equal(r->cautions.n, 1);
	assert_string_equal(r->cautions.v[0],
			    "not checked for exact repetition, because a boot or the "
			    "one that it repeats failed: boot 6");
	assert_false(r->unfit);
	assert_int_equal(r->variants[0].failed, 0);
	assert_int_equal(row(r, "alpha", "insns")->left_b.failed, 0);
	report__free(r);
}

/* A repeat has the same seed, and is as good an observation as the boot that failed. */
static void a_repeat_stands_in_for_a_failed_boot(void **state)
{
	struct report *r = made(*state, &(struct change){ .slot = 1, .status = BOOT_PANIC }, SLOTS);

	assert_int_equal(r->cautions.n, 1);
	assert_int_equal(row(r, "alpha", "insns")->n_b, 3);
	assert_int_equal(row(r, "alpha", "insns")->left_b.failed, 1);
	assert_int_equal(row(r, "beta", "insns")->left_b.failed, 0);
	assert_int_equal(row(r, "boot", "mem")->left_b.failed, 1);
	report__free(r);
}

static void nothing_repeated_yet(void **state)
{
	struct report *r = made(*state, &none, BLOCK);

	assert_int_equal(r->cautions.n, 1);
	assert_non_null(strstr(r->cautions.v[0], "no boot has been repeated yet"));
	report__free(r);
}

/* The same counts with another seed are one observation; with another workload they are not
 * copies. */
static void seeds_that_change_nothing(void **state)
{
	struct report *r = made(*state, &(struct change){ .slot = 8, .insns = -6 }, SLOTS);
	const struct report_row *alpha = row(r, "alpha", "insns");

	assert_int_equal(alpha->n_a, 2);
	assert_int_equal(alpha->n_b, 3);
	assert_int_equal(alpha->left_a.identical, 1);
	assert_int_equal(row(r, "beta", "insns")->left_a.identical, 0);
	assert_int_equal(row(r, "beta", "insns")->n_a, 3);
	report__free(r);
}

static void what_is_to_repeat(void **state __unused)
{
	static const struct {
		enum metric_kind kind;
		enum metric_basis basis;
		bool count;
	} v[] = { { METRIC_COUNT, BASIS_EXACT, true },	   { METRIC_MODEL, BASIS_MODELLED, true },
		  { METRIC_STATE, BASIS_EXACT, true },	   { METRIC_COUNT, BASIS_SIMULATED, true },
		  { METRIC_TIME, BASIS_SIMULATED, false }, { METRIC_TIME, BASIS_EMULATED, false },
		  { METRIC_COUNT, BASIS_MEASURED, false } };

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		struct series s = { .metric = { .kind = v[i].kind }, .basis = v[i].basis };

		assert_int_equal(repeats__is_count(&s), v[i].count);
	}
}

static const struct metric model[] = {
	METRIC(.name = "kernel.instructions", .unit = "insns", .kind = METRIC_COUNT,
	       .margin_rel = 0.001),
	METRIC(.name = "linear.walk_mpki", .unit = "/1000 insns", .kind = METRIC_MODEL,
	       .primary = true, .margin_rel = 0.02, .margin_abs = 0.01, .floor = 1000,
	       .per = "kernel.instructions"),
	METRIC(.name = "vmalloc.walk_mpki", .unit = "/1000 insns", .kind = METRIC_MODEL,
	       .margin_rel = 0.02, .margin_abs = 0.01, .floor = 1000, .per = "kernel.instructions"),
	METRIC(.name = "core1.kernel.walks_i", .unit = "walks", .kind = METRIC_MODEL,
	       .margin_rel = 0.02, .margin_abs = 1000, .floor = 1000, .resolution = 1,
	       .per = "kernel.instructions"),
};

/* A boot in exact mode with values for model[]. */
static void add_model(struct fixture *f, unsigned int slot, const double v[ARRAY_SIZE(model)])
{
	struct store_boot b = fixture_boot(slot, slot % 2 ? "cand" : "base");
	struct store_sample s[ARRAY_SIZE(model)];

	for (size_t k = 0; k < ARRAY_SIZE(model); k++)
		s[k] = (struct store_sample){ .workload = "alpha",
					      .source = "no plug-in's name",
					      .version = 1,
					      .metric = &model[k],
					      .value = v[k],
					      .basis = k ? BASIS_MODELLED : BASIS_EXACT };
	b.samples = s;
	b.n_samples = ARRAY_SIZE(s);
	fixture_add(f, &b);
}

/* Many walks in the linear map compared with none, and few elsewhere, in 2 million instructions. */
static void few_and_none_are_said(void **state)
{
	struct fixture *f = *state;
	struct report *r;

	fixture_campaign(f, 6, 1);
	for (unsigned int i = 0; i < 6; i++)
		add_model(f, i,
			  (double[]){ 2e6 + i, i % 2 ? 0 : 20 + 0.01 * i, 0.2 + 0.01 * i, 5 });
	assert_int_equal(report__open(f->st, "latest", &r, NULL, &f->err), 0);
	assert_string_equal(row(r, "alpha", "linear.walk_mpki")->note, "cand: 0 of 2000003 insns");
	assert_true(row(r, "alpha", "linear.walk_mpki")->j.linear);
	assert_int_equal(row(r, "alpha", "linear.walk_mpki")->j.verdict, VERDICT_IMPROVEMENT);
	assert_float_equal(row(r, "alpha", "linear.walk_mpki")->j.pct, -100, 0.01);
	assert_string_equal(row(r, "alpha", "vmalloc.walk_mpki")->note,
			    "fewer than 1000 events on either side");
	assert_string_equal(row(r, "alpha", "kernel.instructions")->note, "");
	report__free(r);
}

/* Three boots a side of 95 million instructions that all count the same few events: too few, as
 * another memory layout will have others. Compared with tens of thousands, it is a change. */
static void few_events_are_no_regression(void **state)
{
	struct fixture *f = *state;
	struct report *r;

	fixture_campaign(f, 6, 1);
	for (unsigned int i = 0; i < 6; i++) {
		double insns = 95e6 + i;

		add_model(f, i,
			  (double[]){ insns, (i % 2 ? 32 : 22) / insns * 1e3,
				      (i % 2 ? 60400 : 22) / insns * 1e3, i % 2 ? 33 : 31 });
	}
	assert_int_equal(report__open(f->st, "latest", &r, NULL, &f->err), 0);
	assert_int_equal(row(r, "alpha", "linear.walk_mpki")->j.verdict, VERDICT_TOO_FEW);
	assert_false(row(r, "alpha", "linear.walk_mpki")->j.tested);
	assert_string_equal(row(r, "alpha", "linear.walk_mpki")->note,
			    "fewer than 1000 events on either side");
	assert_int_equal(row(r, "alpha", "core1.kernel.walks_i")->j.verdict, VERDICT_TOO_FEW);
	assert_int_equal(row(r, "alpha", "vmalloc.walk_mpki")->j.verdict, VERDICT_REGRESSION);
	/* A secondary row. */
	assert_int_equal(report__exit_code(r), 0);
	report__free(r);
}

static const struct metric derived[] = {
	METRIC(.name = "walks", .unit = "walks", .kind = METRIC_MODEL, .margin_rel = 0.02,
	       .floor = 1000, .events = "walks-walks_cold"),
	METRIC(.name = "walks_cold", .unit = "walks", .kind = METRIC_MODEL, .describes = true,
	       .margin_rel = 0.02, .floor = 1000),
	METRIC(.name = "walks_per_op", .unit = "walks/op", .kind = METRIC_MODEL, .margin_rel = 0.02,
	       .floor = 1000, .events = "walks-walks_cold"),
	METRIC(.name = "walk_cycles", .unit = "cycles/1000", .kind = METRIC_MODEL,
	       .margin_rel = 0.02, .floor = 1000, .events = "walks+more-walks_cold-none"),
	METRIC(.name = "more", .unit = "walks", .kind = METRIC_MODEL, .margin_rel = 0.02),
	METRIC(.name = "lost_rate", .unit = "walks/op", .kind = METRIC_MODEL, .margin_rel = 0.02,
	       .floor = 1000, .events = "gone-walks_cold"),
};

/* Get the verdicts of derived[] and of walks on both sides; the candidate has a tenth more. */
static void judge_derived(struct fixture *f, double walks, double cold, double more,
			  enum verdict out[ARRAY_SIZE(derived)])
{
	struct report *r;

	fixture_campaign(f, 6, 1);
	for (unsigned int i = 0; i < 6; i++) {
		struct store_boot b = fixture_boot(i, i % 2 ? "cand" : "base");
		int step = i / 2;
		double k = (i % 2 ? 1.1 : 1) * (1 + 1e-4 * step);
		const double v[] = { k * walks,	      cold, k * walks / 5000,
				     k * walks / 700, more, k * walks / 5000 };
		struct store_sample s[ARRAY_SIZE(derived)];

		for (size_t m = 0; m < ARRAY_SIZE(derived); m++)
			s[m] = (struct store_sample){ .workload = "alpha",
						      .source = "model",
						      .version = 1,
						      .metric = &derived[m],
						      .value = v[m],
						      .basis = BASIS_MODELLED };
		b.samples = s;
		b.n_samples = ARRAY_SIZE(s);
		fixture_add(f, &b);
	}
	assert_int_equal(report__open(f->st, "latest", &r, NULL, &f->err), 0);
	for (size_t m = 0; m < ARRAY_SIZE(derived); m++)
		out[m] = row(r, "alpha", derived[m].name)->j.verdict;
	report__free(r);
}

/* Walks due to a cold TLB do not count as events, and a rate has the events of the counter that it
 * declares. */
static void rates_have_the_events_of_their_counters(void **state)
{
	enum verdict v[ARRAY_SIZE(derived)];

	judge_derived(*state, 5000, 4600, 10, v);
	assert_int_equal(v[0], VERDICT_TOO_FEW);
	assert_int_equal(v[2], VERDICT_TOO_FEW);
	assert_int_equal(v[3], VERDICT_TOO_FEW);
	/* Without the counter, the number of events is unknown. */
	assert_int_equal(v[5], VERDICT_REGRESSION);
}

static void sums_of_counters_are_events(void **state)
{
	enum verdict v[ARRAY_SIZE(derived)];

	judge_derived(*state, 5000, 4600, 2000, v);
	assert_int_equal(v[0], VERDICT_TOO_FEW);
	assert_int_equal(v[2], VERDICT_TOO_FEW);
	assert_int_equal(v[3], VERDICT_REGRESSION);
}

static void enough_events_are_judged(void **state)
{
	enum verdict v[ARRAY_SIZE(derived)];

	judge_derived(*state, 5000, 100, 10, v);
	assert_int_equal(v[0], VERDICT_REGRESSION);
	assert_int_equal(v[2], VERDICT_REGRESSION);
	assert_int_equal(v[3], VERDICT_REGRESSION);
}

static void units_tell_how_many(void **state __unused)
{
	assert_float_equal(report_per__event("walks", NAN), 1, 0);
	assert_float_equal(report_per__event("/1000 insns", 4e6), 0.25e-3, 1e-15);
	assert_float_equal(report_per__event("walks/access", 1e6), 1e-6, 1e-18);
	assert_float_equal(report_per__event("/1000 insns", NAN), 0, 0);
	assert_float_equal(report_per__event("walks/access", 0), 0, 0);
	assert_float_equal(report_per__event("/op", 1e6), 0, 0);
	assert_float_equal(report_per__event("/1000insns", 1e6), 0, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(repeats_do_not_count),
		TEST(rates_have_the_events_of_their_counters),
		TEST(sums_of_counters_are_events),
		TEST(enough_events_are_judged),
		TEST(a_count_that_differs_is_named),
		TEST(to_the_bit),
		TEST(a_count_that_is_missing_differs),
		TEST(times_may_differ),
		TEST(a_repeat_that_failed_shows_nothing),
		TEST(a_repeat_stands_in_for_a_failed_boot),
		TEST(nothing_repeated_yet),
		TEST(seeds_that_change_nothing),
		TEST(few_and_none_are_said),
		TEST(few_events_are_no_regression),
		cmocka_unit_test(what_is_to_repeat),
		cmocka_unit_test(units_tell_how_many),
	};

	return cmocka_run_group_tests_name("reports/exact", tests, NULL, NULL);
}
