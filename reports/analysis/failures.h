/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * failures.h - do boots of the candidate fail where those of the baseline do not?
 *
 * Boots that failed have no samples that count, so no row shows them: a kernel that panics
 * every other boot would otherwise pass as unchanged. Pure functions of counts.
 */
#ifndef KDUEL_ANALYSIS_FAILURES_H
#define KDUEL_ANALYSIS_FAILURES_H

#include "reports/store/boot.h"

struct failures {
	unsigned int a, n_a; /* baseline: boots that failed for the kernel's sake, all that count */
	unsigned int b, n_b; /* candidate */
	unsigned int crashes_a, crashes_b; /* of them, panics, oopses and lockups */
	double p; /* Fisher's exact test, one-sided: as many failures on the side of b by chance */
	bool regression; /* counts as one in the exit code */
};

/* From the numbers of boots by status. What the host did (full disk, QEMU killed, interrupted)
 * counts neither as a failure nor as a boot. It is a regression when the candidate's kernel
 * crashes and the baseline's never does, or when failures of any kind are beyond chance
 * (p <= 0.05). */
struct failures failures__judge(const unsigned int baseline[BOOT_STATUS_MAX],
				const unsigned int candidate[BOOT_STATUS_MAX]);
/* "2 of 10 boots (panic 1, workload-timeout 1)" or "none of 10 boots"; the caller frees. */
char *failures__describe(const unsigned int by_status[BOOT_STATUS_MAX]);

#endif
