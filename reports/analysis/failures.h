/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * failures.h - do boots of the candidate fail more often than those of the baseline?
 *
 * Failed boots have no samples that count and appear in no row: a kernel that panics on every other
 * boot would otherwise pass as unchanged. Pure functions of counts.
 */
#ifndef KDUEL_ANALYSIS_FAILURES_H
#define KDUEL_ANALYSIS_FAILURES_H

#include "reports/store/boot.h"

struct failures {
	/* Baseline: boots that failed because of the kernel, and all that count. */
	unsigned int a, n_a;
	unsigned int b, n_b; /* candidate */
	unsigned int crashes_a, crashes_b; /* of these: panics, oopses and lockups */
	double p; /* Fisher's exact test, one-sided: as many failures of the candidate by chance */
	bool regression; /* makes the exit status 1 */
};

/* Compare the numbers of boots by status. Failures of the host (disk full, QEMU killed,
 * interrupted) are ignored. It is a regression if the candidate's kernel crashes and the baseline's
 * never does, or if the candidate has significantly more failures of any kind (p <= 0.05). */
struct failures failures__judge(const unsigned int baseline[BOOT_STATUS_MAX],
				const unsigned int candidate[BOOT_STATUS_MAX]);
/* "2 of 10 boots (panic 1, workload-timeout 1)" or "none of 10 boots"; the caller frees. */
char *failures__describe(const unsigned int by_status[BOOT_STATUS_MAX]);

#endif
