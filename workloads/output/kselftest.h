/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kselftest.h - read what the kernel's self-tests print (tools/testing/selftests): TAP, in which a
 * program says first how many tests it has and at its end what came of them:
 *   1..5
 *   not ok 3 what it was
 *   # Totals: pass:4 fail:1 xfail:0 xpass:0 skip:0 error:0
 * or, where none can be done, "1..0 # SKIP why", or totals that are all 0 and no plan. Also of what runs many programs: run_kselftest.sh,
 * for which each is one test and which prints no totals ("ok 1 selftests: mm: cow"), and
 * mm/run_vmtests.sh, which says at its end "SUMMARY: PASS=48 SKIP=2 FAIL=1" and above it, for each
 * program, [PASS], [SKIP] or [FAIL].
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_KSELFTEST_H
#define KDUEL_WORKLOADS_OUTPUT_KSELFTEST_H

#include "lib/err.h"

struct kselftest {
	uint64_t programs; /* that came to their end */
	uint64_t tests; /* of all of them */
	uint64_t failed; /* errors as well, and lines "not ok" that the totals leave out; failures
			  * that a test expects are none */
	uint64_t skipped;
	char first[128]; /* the line of the first that failed; "" */
};

/* The outputs of any number of programs, one after the other. 0; -EPROTO: there is none, or one is
 * cut; -EIO: one gave up ("Bail out!"); `err` says where. Works on any bytes. */
int kselftest__parse(const char *text, struct kselftest *out, struct err *err);

#endif
