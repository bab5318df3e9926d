/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * perf_suite.h - read what benchmarks of `perf bench` print, one after the other:
 *   # Running 'sched/pipe' benchmark:
 *   # Executed 5000 pipe operations between two processes
 *
 *        Total time: 0.831 [sec]
 *
 *        166.362600 usecs/op
 *              6010 ops/sec
 * A collection (`perf bench sched all`) heads them "# Running sched/pipe benchmark...". Benchmarks that
 * are not in the table are passed over.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_PERF_SUITE_H
#define KDUEL_WORKLOADS_OUTPUT_PERF_SUITE_H

#include "lib/err.h"
#include "lib/metric.h"

struct perf_suite {
	const char *name; /* "sched/pipe" */
	const char *metric; /* "sched-pipe.time" */
	const char *unit;
	enum metric_better better;
	/* The line with the figure: '@' is the number, '#' another one; blanks before it do not count. */
	const char *line;
	double factor; /* makes the metric's unit of the number */
	/* How it is called, for a number of operations; NULL: for a number of seconds. %COUNT, %THREADS
	 * and %SECONDS are put in. */
	const char *args;
	unsigned int count; /* of `args`, at scale 1 */
	unsigned int each; /* operations that one of them is; 0: as many as there are threads */
	const char *what; /* one operation, or what is measured */
};

/* Sorted by name, terminated by .name == NULL. */
extern const struct perf_suite perf_suite__all[];

const struct perf_suite *perf_suite__find(const char *name); /* NULL if there is none */

struct perf_suite_run {
	const struct perf_suite *suite;
	double value; /* of its metric */
	uint64_t executed; /* operations that perf says it executed; 0: it does not say */
};

/* The next run in *text (any bytes, NUL-terminated) of one of the table, which is moved behind it. 0;
 * -ENOENT: there is none left; -EPROTO: one that is cut or not understood; `err` says which. */
int perf_suite__next(const char **text, struct perf_suite_run *out, struct err *err);

#endif
