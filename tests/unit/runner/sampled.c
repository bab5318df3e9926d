// SPDX-License-Identifier: GPL-2.0-only
/* Samples by function: the agent's text, what is stored of it, and how certain a difference between
 * samples is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/rng.h"
#include "reports/profile/sampling.h"
#include "reports/store/profile.h"
#include "runner/boot/sampled.h"

#include <math.h>

#define HEAD "sampled 1 cycles 1000\n"

/* A boot with two iterations of "w" and this text. */
static int collect(struct record *r, const char *text, struct err *err)
{
	record__init(r, PLATFORM_FAKE);
	for (int i = 0; i < 2; i++)
		record__iteration(r, &(struct store_iteration){ .workload = "w", .iter = i }, 50);
	assert_int_equal(record__text(r, "perf-record/w", text, err), 0);
	assert_int_equal(record__text(r, "other", "kept\n", err), 0);
	return sampled__collect(r, err);
}

static void profiles_of_a_text(void **state)
{
	struct record r;
	struct err err = { "" };
	const struct store_profile *p;
	_free_ char *text = NULL;
	struct store_profile again = { 0 };
	size_t len;

	(void)state;
	assert_int_equal(collect(&r,
				 HEAD ":0\t9\n4\tf\t\n2\tg\tmod\n1\tf\t\n2\t\t\n"
				      ":1\t1\n1\tg\t\n:2\t1\n1\tg\t\n",
				 &err),
			 0);
	/* Iteration 2 did not finish. */
	assert_int_equal(r.boot.n_profiles, 2);
	assert_int_equal(r.boot.n_texts, 1);
	p = &r.boot.profiles[0];
	assert_string_equal(p->workload, "w");
	assert_string_equal(p->event, "cycles");
	assert_int_equal(p->period, 1000);
	assert_int_equal(p->operations, 50);
	assert_int_equal(p->kernel, 9);
	assert_int_equal(p->n, 3);
	assert_string_equal(p->v[0].name, "f");
	assert_int_equal(p->v[0].count[FUNCTION_INSNS], 5);
	assert_int_equal(p->v[0].caller, NO_FUNCTION);
	assert_string_equal(p->v[1].module, "mod");
	assert_string_equal(p->v[2].name, "");
	/* And after a round trip through the database's format. */
	text = profile__format(p, &len);
	again.kernel = p->kernel;
	assert_int_equal(profile__parse(&again, text, &err), 0);
	assert_string_equal(again.event, "cycles");
	assert_int_equal(again.period, 1000);
	assert_int_equal(again.n, 3);
	assert_string_equal(again.v[1].name, "g");
	free(again.v);
	record__release(&r);
}

static void texts_that_are_wrong(void **state)
{
	static const struct {
		const char *text, *where;
	} cases[] = {
		{ "", "perf-record/w:1: " },
		{ "sampled 2 cycles 1000\n", "perf-record/w:1: " },
		{ "sampled 1 tea 1000\n", "perf-record/w:1: " },
		{ "sampled 1 cycles 0\n", "perf-record/w:1: " },
		{ "sampled 1 cycles -1\n", "perf-record/w:1: " },
		{ "sampled 1 cycles 99999999999999\n", "perf-record/w:1: " },
		{ "sampled 1 cycles 1000", "perf-record/w:1: " },
		{ HEAD "1\tf\t\n", "perf-record/w:2: " },
		{ HEAD ":x\t1\n1\tf\t\n", "perf-record/w:2: " },
		{ HEAD ":0\t1\n", "perf-record/w:2: the functions do not have" },
		{ HEAD ":0\t2\n1\tf\t\n", "perf-record/w:3: the functions do not have" },
		{ HEAD ":0\t1\n1\tf\n", "perf-record/w:3: " },
		{ HEAD ":0\t1\n1\tf\t\t\n", "perf-record/w:3: " },
		{ HEAD ":0\t1\n1\tf g\t\n", "perf-record/w:3: " },
		{ HEAD ":0\t1\n1\tf\x1b[2J\t\n", "perf-record/w:3: " },
		{ HEAD ":0\t1\n1\tf\tm", "perf-record/w:3: " },
		{ HEAD ":0\t1\n18446744073709551615\tf\t\n2\tf\t\n", "perf-record/w:3: " },
		{ HEAD ":0\t1\n1\tf\t\n:0\t1\n1\tf\t\n", "perf-record/w:4: an iteration that had" },
		{ HEAD ":4294967296\t1\n1\tf\t\n", "perf-record/w:2: " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct record r;
		struct err err = { "" };

		assert_int_equal(collect(&r, cases[i].text, &err), -EPROTO);
		if (strncmp(err.msg, cases[i].where, strlen(cases[i].where)))
			assert_string_equal(err.msg, cases[i].where);
		record__release(&r);
	}
}

static void texts_of_the_database_that_are_wrong(void **state)
{
	static const char *const cases[] = {
		"sampled\t",
		"sampled\tcycles\n",
		"sampled\tcycles\t5\n",
		"sampled\tcycles\t\t\n",
		"sampled\t\t5\t\n",
		"sampled\tcycles\t99999999999999\t\n",
		"sampled\tcycles\t5\tx\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct store_profile p = { 0 };
		_free_ char *text = xstrdup(cases[i]);
		struct err err = { "" };

		assert_int_equal(profile__parse(&p, text, &err), -EUCLEAN);
		free(p.v);
	}
}

/* Knuth's algorithm for the Poisson distribution, which suits small means. */
static uint64_t poisson(struct rng *rng, double mean)
{
	double left = exp(-mean), product = 1;
	uint64_t n = 0;

	while ((product *= ((double)rng__below(rng, 1 << 30) + 1) / (1 << 30)) > left)
		n++;
	return n;
}

/* 95 % of the intervals contain the true value, also if there are hardly any samples, none on one
 * side, or boots with different weights. */
static void intervals_cover(void **state)
{
	static const struct {
		double mean[2], weight[2];
	} cases[] = {
		{ { 100, 100 }, { 1, 1 } }, { { 100, 150 }, { 1, 1 } }, { { 5, 5 }, { 2, 1 } },
		{ { 0, 8 }, { 1, 1 } },	    { { 1, 1 }, { 1, 1 } },	{ { 40, 2 }, { .1, 3 } },
	};
	struct rng rng;

	(void)state;
	rng__seed(&rng, 17);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const double *mean = cases[i].mean, *w = cases[i].weight;
		const double heaviest[2] = { w[0] > w[1] ? w[0] : w[1], w[0] > w[1] ? w[0] : w[1] };
		const double truth = (w[0] + w[1]) * (mean[1] - mean[0]);
		int in = 0;

		for (int k = 0; k < 4000; k++) {
			struct sampled_value v[2] = { 0 };
			double limits[2];

			/* Two boots on each side. */
			for (int b = 0; b < 4; b++)
				sampled_value__add(&v[b / 2], poisson(&rng, mean[b / 2]), w[b % 2]);
			sampling__difference(v, heaviest, limits);
			assert_true(limits[0] < limits[1]);
			in += limits[0] <= truth && truth <= limits[1];
		}
		assert_in_range(in, 3720, 4000); /* 93 % or more */
		if (mean[0] >= 100)
			assert_in_range(in, 3740, 3860); /* 95 % +- 1.5 */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_of_a_text),
		cmocka_unit_test(texts_that_are_wrong),
		cmocka_unit_test(texts_of_the_database_that_are_wrong),
		cmocka_unit_test(intervals_cover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
