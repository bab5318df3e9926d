/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmalloc_log.h - read what the kernel's test_vmalloc module says in the kernel log.
 *
 * One line per worker and test, one at the end of each worker:
 *   Summary: fix_size_alloc_test passed: 1 failed: 0 repeat: 1 loops: 200 avg: 1234 usec
 *   All test took worker0=56789 cycles
 * Newer kernels (7.2 has it, 6.12 not) have "xfailed: N" after "failed: N". Up to 5.12 there was a
 * worker for each CPU, "All test took CPU0=...". The average is that of all loops together, over the
 * repetitions.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_VMALLOC_LOG_H
#define KDUEL_WORKLOADS_OUTPUT_VMALLOC_LOG_H

#include "lib/err.h"

#define VMALLOC_TESTS 13 /* that a bit in run_test_mask stands for */
#define VMALLOC_NAMES (VMALLOC_TESTS + 2) /* and those that kernels had once (5.9 to 5.12) */

/* The first VMALLOC_TESTS by the bit in run_test_mask. */
extern const char *const vmalloc_log__tests[VMALLOC_NAMES];

struct vmalloc_test {
	unsigned int workers; /* that reported it; 0: did not run */
	uint64_t passed, failed, xfailed; /* sums over workers */
	uint64_t loops, repeat;
	double usec; /* mean over workers */
};

struct vmalloc_log {
	struct vmalloc_test tests[VMALLOC_NAMES];
	unsigned int workers; /* that came to their end */
};

/* Read the next run of *text (any bytes; time stamps and other lines are passed over; runs without
 * a test as well), which is moved behind it. 0; -ENOENT: there is none left; -EPROTO: one that is
 * cut or lacks a worker, or a line that is not understood; -EIO: a test failed; `err` says which. */
int vmalloc_log__next(const char **text, struct vmalloc_log *out, struct err *err);
/* The only run of a log. */
int vmalloc_log__parse(const char *text, struct vmalloc_log *out, struct err *err);

#endif
