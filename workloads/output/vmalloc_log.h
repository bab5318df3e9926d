/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmalloc_log.h - read what the kernel's test_vmalloc module says in the kernel log.
 *
 * One line per worker and test, one at the end of each worker:
 *   Summary: fix_size_alloc_test passed: 1 failed: 0 repeat: 1 loops: 200 avg: 1234 usec
 *   All test took worker0=56789 cycles
 * Newer kernels (7.2 has it, 6.12 not) have "xfailed: N" after "failed: N". The average is
 * that of all loops together, over the repetitions.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_VMALLOC_LOG_H
#define KDUEL_WORKLOADS_OUTPUT_VMALLOC_LOG_H

#include "lib/err.h"

#define VMALLOC_TESTS 13

/* Names by the bit in run_test_mask. */
extern const char *const vmalloc_log__tests[VMALLOC_TESTS];

struct vmalloc_test {
	unsigned int workers; /* that reported it; 0: did not run */
	uint64_t passed, failed, xfailed; /* sums over workers */
	uint64_t loops;
	double usec; /* mean over workers */
};

struct vmalloc_log {
	struct vmalloc_test tests[VMALLOC_TESTS];
	unsigned int workers; /* that came to their end */
};

/* Read the last run in a log (any bytes; time stamps and other lines are passed over). 0;
 * -EPROTO: no such output, one that is cut, or a line that is not understood; -EIO: a test
 * failed; `err` says which. */
int vmalloc_log__parse(const char *text, struct vmalloc_log *out, struct err *err);

#endif
