/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expect.h - what a plan expects of its variants, and whether they comply: a functional gate beside
 * the statistical one. Each boot records its answers as facts (FACT_EXPECT), which are combined
 * here.
 */
#ifndef KDUEL_ANALYSIS_EXPECT_H
#define KDUEL_ANALYSIS_EXPECT_H

#include "reports/store/campaign.h"
#include "reports/store/read.h"
#include "reports/store/values.h"
#include "reports/store/series.h"

/* Verdict of a boot, and of all boots of a variant. One boot that fails makes all fail; otherwise
 * one that cannot say leaves the result open. */
enum expect_verdict {
	EXPECT_PASS,
	EXPECT_FAIL,
	EXPECT_CANNOT_SAY,
	EXPECT_NOT_RUN, /* the check cannot run here; decides nothing */
	EXPECT_VERDICTS,
};

/* Answer of a boot that ran the kernel's own tests: the results are compared with those of another
 * variant. */
#define EXPECT_COMPARE "compare"

struct report_expect {
	const char *label; /* name of the variant; not owned */
	char *text; /* line of the plan; owned */
	enum expect_verdict verdict;
	unsigned int boots[EXPECT_VERDICTS]; /* number of boots by answer */
	char *evidence; /* what the boots found, for display; owned */
};

struct report_expects {
	struct report_expect *v; /* by variant, then in the order of the plan */
	size_t n;
	unsigned int count[EXPECT_VERDICTS];
};

/* "pass", "fail", "cannot say", "cannot run here" */
const char *expect__name(enum expect_verdict v);
/* Results of the kernel's own tests: the largest and smallest numbers of failed tests, and of tests
 * that ran, over the boots. NAN: no boot ran any. */
struct expect_tests {
	double failed_most, failed_least, ran_most, ran_least;
	/* The source of the numbers, for those of each test program; not owned. */
	const struct series *series;
	size_t n_series;
	const struct boot_stat *stats;
	size_t n_stats;
};

/* Extract the results of the tests. The lists must outlive the result. */
struct expect_tests expect_tests__of(const struct series *series, size_t n_series,
				     const struct boot_stat *stats, size_t n_stats);

/* What the expectations of a variant are checked against. */
struct expect_source {
	const struct campaign *campaign;
	const char *label; /* must outlive the report_expects */
	const struct variant_fact *facts;
	size_t n_facts;
	/* Results to compare: of this variant, and of its baseline. */
	struct expect_tests own, base;
};

/* Evaluate the expectations of a variant and append them. */
void report_expect__add(const struct expect_source *from, struct report_expects *out);
/* Summary such as "Of 7 expectations 2 fail: ..." or "All 7 expectations hold.". The caller
 * frees. */
char *expect__sentence(const struct report_expects *e);
void report_expects__release(struct report_expects *e);

#endif
