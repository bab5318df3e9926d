// SPDX-License-Identifier: GPL-2.0-only
/* fixed.c - the two metrics of a fixed amount of work. */
#include "workloads/support/fixed.h"

#include "lib/clock.h"

const struct metric fixed__metrics[] = {
	METRIC(.name = "time", .unit = "s", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.02, .help = "duration of the work"),
	METRIC(.name = "rate", .unit = "op/s", .better = BETTER_HIGHER, .kind = METRIC_TIME,
	       .margin_rel = 0.02, .help = "operations per second"),
	{ .name = NULL },
};

int fixed__report(struct job *job, uint64_t took_ns)
{
	double s = (double)took_ns / (double)NSEC_PER_SEC;

	if (!took_ns || !job->operations)
		return job__fail(job, -ERANGE, "%llu operations took %llu ns: nothing was done",
				 (unsigned long long)job->operations, (unsigned long long)took_ns);
	job__sample(job, "time", s);
	job__sample(job, "rate", (double)job->operations / s);
	return 0;
}
