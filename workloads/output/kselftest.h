/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kselftest.h - parses the output of the kernel's self-tests (tools/testing/selftests): TAP, in
 * which a program begins with its number of tests and ends with totals:
 *   1..5
 *   not ok 3 what it was
 *   # Totals: pass:4 fail:1 xfail:0 xpass:0 skip:0 error:0
 * or, if it cannot run any test, prints "1..0 # SKIP why", or totals that are all 0 without a plan.
 * Also parses the output of runners: run_kselftest.sh, for which each program is one test ("ok 1
 * selftests: mm: cow") and which prints no totals, and mm/run_vmtests.sh, which prints [PASS],
 * [SKIP] or [FAIL] for each program and "SUMMARY: PASS=48 SKIP=2 FAIL=1" at the end.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_KSELFTEST_H
#define KDUEL_WORKLOADS_OUTPUT_KSELFTEST_H

#include "lib/err.h"

struct kselftest {
	uint64_t programs; /* that completed */
	uint64_t tests; /* sum over all programs */
	/* Includes errors, and "not ok" lines that the totals leave out; expected failures do not
	 * count. */
	uint64_t failed;
	uint64_t skipped;
	char first[128]; /* the line of the first failure, or "" */
};

/* Parse the output of any number of programs. 0; -EPROTO: there is none, or one is cut off; -EIO:
 * one gave up ("Bail out!"). With `err`. Works on any bytes. */
int kselftest__parse(const char *text, struct kselftest *out, struct err *err);

#endif
