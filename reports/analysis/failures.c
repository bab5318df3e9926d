// SPDX-License-Identifier: GPL-2.0-only
/* failures.c - compares the failed boots of two sides with Fisher's exact test. */
#include "reports/analysis/failures.h"

#define MATHLIB_STANDALONE
#include <Rmath.h>

#define ALPHA (0.05 * (1 + 1e-9)) /* tolerance for rounding: exactly 1 way in 20 must count */

/* Statuses caused by the kernel under test, crashes first. */
static const enum boot_status kernel_failures[] = {
	BOOT_PANIC,	 BOOT_KERNEL_BUG,      BOOT_TIMEOUT,	      BOOT_AGENT_LOST,
	BOOT_AGENT_DIED, BOOT_WORKLOAD_FAILED, BOOT_WORKLOAD_TIMEOUT,
};
#define CRASHES 2

/* Number of boots with one of the first n statuses above. */
static unsigned int sum(const unsigned int by_status[BOOT_STATUS_MAX], size_t n)
{
	unsigned int total = 0;

	for (size_t i = 0; i < n; i++)
		total += by_status[kernel_failures[i]];
	return total;
}

/* If the candidate crashes and the baseline never does, it is a regression without a test: with few
 * boots no test could show it. */
struct failures failures__judge(const unsigned int baseline[BOOT_STATUS_MAX],
				const unsigned int candidate[BOOT_STATUS_MAX])
{
	struct failures f = {
		.a = sum(baseline, ARRAY_SIZE(kernel_failures)),
		.b = sum(candidate, ARRAY_SIZE(kernel_failures)),
		.crashes_a = sum(baseline, CRASHES),
		.crashes_b = sum(candidate, CRASHES),
		.p = 1,
	};

	f.n_a = f.a + baseline[BOOT_OK];
	f.n_b = f.b + candidate[BOOT_OK];
	/* Fisher's exact test, one-sided: probability that the candidate has f.b or more of all
	 * failures. */
	if (f.n_a && f.b)
		f.p = phyper(f.b - 1, f.a + f.b, f.n_a + f.n_b - f.a - f.b, f.n_b, 0, 0);
	f.regression = (f.crashes_b && !f.crashes_a) || f.p <= ALPHA;
	return f;
}

char *failures__describe(const unsigned int by_status[BOOT_STATUS_MAX])
{
	unsigned int failed = sum(by_status, ARRAY_SIZE(kernel_failures));
	unsigned int all = failed + by_status[BOOT_OK];
	const char *between = "";
	char *text = NULL;
	size_t len;
	FILE *f;

	if (!failed)
		return xasprintf("none of %u boots", all);
	f = xmemstream(&text, &len);
	fprintf(f, "%u of %u boots (", failed, all);
	for (size_t i = 0; i < ARRAY_SIZE(kernel_failures); i++) {
		enum boot_status s = kernel_failures[i];

		if (by_status[s])
			fprintf(f, "%s%s %u", between, boot_status__name(s), by_status[s]);
		between = by_status[s] ? ", " : between;
	}
	fputc(')', f);
	fclose(f);
	return text;
}
