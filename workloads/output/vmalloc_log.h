/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmalloc_log.h - parses the messages of the kernel's test_vmalloc module in the kernel log.
 *
 * One line per worker and test, and one at the end of each worker:
 *   Summary: fix_size_alloc_test passed: 1 failed: 0 repeat: 1 loops: 200 avg: 1234 usec
 *   All test took worker0=56789 cycles
 * Newer kernels (7.2, but not 6.12) have "xfailed: N" after "failed: N". Up to 5.12 there was one
 * worker per CPU, "All test took CPU0=...". The average is the time of all loops together, averaged
 * over the repetitions.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_VMALLOC_LOG_H
#define KDUEL_WORKLOADS_OUTPUT_VMALLOC_LOG_H

#include "lib/err.h"

#define VMALLOC_TESTS 13 /* tests that have a bit in run_test_mask */
#define VMALLOC_NAMES (VMALLOC_TESTS + 2) /* including those of kernels 5.9 to 5.12 only */

/* The first VMALLOC_TESTS are in the order of their bits in run_test_mask. */
extern const char *const vmalloc_log__tests[VMALLOC_NAMES];

struct vmalloc_test {
	unsigned int workers; /* workers that reported it; 0: did not run */
	uint64_t passed, failed, xfailed; /* sums over workers */
	uint64_t loops, repeat;
	double usec; /* mean over workers */
};

struct vmalloc_log {
	struct vmalloc_test tests[VMALLOC_NAMES];
	unsigned int workers; /* workers that completed */
};

/* Parse the next run in *text (any bytes); time stamps, other lines and runs without tests are
 * skipped; advances *text. 0; -ENOENT: there is none left; -EPROTO: one is cut off or lacks a
 * worker, or a line is malformed; -EIO: a test failed. With `err`. */
int vmalloc_log__next(const char **text, struct vmalloc_log *out, struct err *err);
/* Parse a log with a single run. */
int vmalloc_log__parse(const char *text, struct vmalloc_log *out, struct err *err);

#endif
