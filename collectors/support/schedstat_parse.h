/* SPDX-License-Identifier: GPL-2.0-only */
/* schedstat_parse.h - parses /proc/schedstat: what the scheduler did, summed over all CPUs. */
#ifndef KDUEL_COLLECTORS_SUPPORT_SCHEDSTAT_PARSE_H
#define KDUEL_COLLECTORS_SUPPORT_SCHEDSTAT_PARSE_H

#include "lib/err.h"

struct schedstat {
	unsigned int cpus; /* number of lines, i.e. of online CPUs */
	/* The first five stay 0 unless kernel.sched_schedstats is 1; idles: calls of schedule()
	 * that found nothing to run. */
	uint64_t yields, schedules, idles;
	uint64_t wakeups, local_wakeups; /* on any CPU; on the CPU that the task was on */
	uint64_t run_ns, delay_ns; /* time that tasks ran, and that runnable tasks waited */
	uint64_t timeslices;
};

/* Versions 15 to 17 (up to Linux 7.3) have the same line for a CPU: kernel/sched/stats.c and
 * Documentation/scheduler/sched-stats.rst. -EPROTO: another version, whose fields may have other
 * meanings; -EINVAL: not such a file. Accepts any text. */
int schedstat__parse(const char *text, struct schedstat *s, struct err *err);

#endif
