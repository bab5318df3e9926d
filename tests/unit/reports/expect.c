// SPDX-License-Identifier: GPL-2.0-only
/* "selftests: no regression" compares test programs one by one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reports/analysis/expect.h"

enum { FAILED, SKIPPED, TESTS, COW_FAILED, COW_RAN, MSEAL_FAILED, MSEAL_RAN, METRICS };

static const char *const names[METRICS] = {
	"failed",  "skipped",		"tests",	  "cow.failed",
	"cow.ran", "mseal_test.failed", "mseal_test.ran",
};

struct side {
	struct series series[METRICS];
	struct boot_stat stats[METRICS];
};

static struct expect_tests tests_of(struct side *s, const double value[METRICS], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		s->series[i] = (struct series){ .id = (int64_t)i + 1,
						.workload = "mm-selftests",
						.source = "mm-selftests",
						.metric = { .name = names[i] } };
		s->stats[i] = (struct boot_stat){ .series = (int64_t)i + 1,
						  .boot = 1,
						  .median = value[i],
						  .spread = { .n = 1 } };
	}
	return expect_tests__of(s->series, n, s->stats, n);
}

/* Results of a variant and its baseline, with the first `n` metrics present. */
static void judges(const double own[METRICS], const double base[METRICS], size_t n,
		   enum expect_verdict want, const char *evidence)
{
	struct campaign_boot boot = { .id = 1 };
	struct campaign campaign = { .boots = &boot, .n_boots = 1 };
	struct variant_fact fact = { .boot = 1,
				     .key = FACT_EXPECT "00 selftests: no regression",
				     .value = EXPECT_COMPARE };
	struct report_expects out = { 0 };
	struct side a, b;

	report_expect__add(&(struct expect_source){ .campaign = &campaign,
						    .label = "mode2",
						    .facts = &fact,
						    .n_facts = 1,
						    .own = tests_of(&a, own, METRICS),
						    .base = tests_of(&b, base, n) },
			   &out);
	assert_int_equal(out.n, 1);
	assert_string_equal(out.v[0].evidence, evidence);
	assert_int_equal(out.v[0].verdict, want);
	report_expects__release(&out);
}

static void by_program(void **state __unused)
{
	static const double base[METRICS] = { 1, 0, 20, 1, 12, 0, 8 };
	static const double moved[METRICS] = { 1, 0, 20, 0, 12, 1, 8 };
	static const double fewer[METRICS] = { 1, 0, 20, 1, 13, 0, 7 };
	static const double endless[METRICS] = { 1, 0, INFINITY, 1, 12, 0, 8 };
	static const double better[METRICS] = { 0, 0, 20, 0, 12, 0, 8 };

	judges(base, base, METRICS, EXPECT_PASS, "1 failed of 20 that ran; baseline: 1 of 20");
	judges(better, base, METRICS, EXPECT_PASS, "0 failed of 20 that ran; baseline: 1 of 20");
	/* The sums are equal, the programs differ. */
	judges(moved, base, METRICS, EXPECT_FAIL,
	       "1 failed of 20 that ran; baseline: 1 of 20; mseal_test: 1 failed of 8; baseline: 0 of 8");
	judges(fewer, base, METRICS, EXPECT_FAIL,
	       "1 failed of 20 that ran; baseline: 1 of 20; mseal_test: 0 failed of 7; baseline: 0 of 8");
	/* A baseline stored before programs had their own rows. */
	judges(moved, base, TESTS + 1, EXPECT_PASS, "1 failed of 20 that ran; baseline: 1 of 20");
	judges(base, better, TESTS + 1, EXPECT_FAIL, "1 failed of 20 that ran; baseline: 0 of 20");
	/* How many tests ran is not known, or no number that can be compared. */
	judges(base, base, TESTS, EXPECT_CANNOT_SAY,
	       "no results of mm-selftests to compare them with");
	judges(endless, base, METRICS, EXPECT_CANNOT_SAY, "no results of mm-selftests here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
