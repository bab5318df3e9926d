/* SPDX-License-Identifier: GPL-2.0-only */
/* schedstat_parse.h - /proc/schedstat: what the scheduler did, of all CPUs together. */
#ifndef KDUEL_COLLECTORS_SUPPORT_SCHEDSTAT_PARSE_H
#define KDUEL_COLLECTORS_SUPPORT_SCHEDSTAT_PARSE_H

#include "lib/err.h"

struct schedstat {
	unsigned int cpus; /* lines: CPUs that are online */
	/* The first five stay 0 unless kernel.sched_schedstats is 1. */
	uint64_t yields, schedules, idles; /* schedule(); idle: those that found nothing */
	uint64_t wakeups, local_wakeups; /* on any CPU; on the CPU that the task was on */
	uint64_t run_ns, delay_ns; /* time that tasks ran, and that runnable ones waited */
	uint64_t timeslices;
};

/* Versions 15 to 17 (up to Linux 7.3) have the same line for a CPU: kernel/sched/stats.c and
 * Documentation/scheduler/sched-stats.rst. -EPROTO: another version, whose fields may mean other
 * things; -EINVAL: not such a file. Takes any text. */
int schedstat__parse(const char *text, struct schedstat *s, struct err *err);

#endif
