/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expect.h - what a plan expects of its variants, and whether it is so: a functional gate beside the
 * statistical one. Each boot has its answers as facts (FACT_EXPECT); here they are put together.
 */
#ifndef KDUEL_ANALYSIS_EXPECT_H
#define KDUEL_ANALYSIS_EXPECT_H

#include "reports/store/campaign.h"
#include "reports/store/read.h"
#include "reports/store/values.h"
#include "reports/store/series.h"

/* Of a boot, and of all boots: one that fails is a failure, one that cannot say leaves it open. */
enum expect_verdict {
	EXPECT_PASS,
	EXPECT_FAIL,
	EXPECT_CANNOT_SAY,
	EXPECT_NOT_RUN, /* a check that the plan names and cannot make: decides nothing */
	EXPECT_VERDICTS,
};

/* The answer of a boot that ran the tests: they are held against those of another variant. */
#define EXPECT_COMPARE "compare"

struct report_expect {
	const char *label; /* of the variant; not owned */
	char *text; /* the line of the plan; owned */
	enum expect_verdict verdict;
	unsigned int boots[EXPECT_VERDICTS]; /* how many say what */
	char *evidence; /* what they had, for people; owned */
};

struct report_expects {
	struct report_expect *v; /* by variant, then in the order of the plan */
	size_t n;
	unsigned int count[EXPECT_VERDICTS];
};

/* "pass", "fail", "cannot say", "cannot run here" */
const char *expect__name(enum expect_verdict v);
/* What boots found with the kernel's own tests, of the worst and the best of them; NAN: did not run any. */
struct expect_tests {
	double failed_most, failed_least, ran_most, ran_least;
	/* Where that is from, for the numbers of each program; not owned. */
	const struct series *series;
	size_t n_series;
	const struct boot_stat *stats;
	size_t n_stats;
};

/* The lists must outlive it. */
struct expect_tests expect_tests__of(const struct series *series, size_t n_series,
				     const struct boot_stat *stats, size_t n_stats);

/* What a variant of a campaign has to show. */
struct expect_source {
	const struct campaign *campaign;
	const char *label; /* must outlive the list */
	const struct variant_fact *facts;
	size_t n_facts;
	struct expect_tests own, base; /* base: those that its own are held against */
};

/* Add what it was expected to do. */
void report_expect__add(const struct expect_source *from, struct report_expects *out);
/* "Of 7 expectations 2 fail: ...", or that all hold; the caller frees. */
char *expect__sentence(const struct report_expects *e);
void report_expects__release(struct report_expects *e);

#endif
