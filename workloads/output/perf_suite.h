/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * perf_suite.h - parses the output of benchmarks of `perf bench`, one after the other:
 *   # Running 'sched/pipe' benchmark:
 *   # Executed 5000 pipe operations between two processes
 *
 *        Total time: 0.831 [sec]
 *
 *        166.362600 usecs/op
 *              6010 ops/sec
 * A collection (`perf bench sched all`) has heads "# Running sched/pipe benchmark...". Benchmarks
 * that are not in the table are skipped.
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
	/* Pattern of the line with the figure: '@' is the figure, '#' any other number; leading
	 * blanks are ignored. */
	const char *line;
	double factor; /* converts the figure to the metric's unit */
	/* Arguments to run a number of operations; NULL: runs for a number of seconds. %COUNT,
	 * %THREADS and %SECONDS are substituted. */
	const char *args;
	unsigned int count; /* %COUNT at scale 1 */
	unsigned int each; /* operations per count; 0: one per thread */
	const char *what; /* description of one operation, or of what is measured */
};

/* Sorted by name, terminated by .name == NULL. */
extern const struct perf_suite perf_suite__all[];

const struct perf_suite *perf_suite__find(const char *name); /* NULL if there is none */

struct perf_suite_run {
	const struct perf_suite *suite;
	double value; /* of the suite's metric */
	uint64_t executed; /* number of operations executed according to perf; 0: unknown */
};

/* The next run, in *text (any bytes, NUL-terminated), of a benchmark in the table; advances *text.
 * 0; -ENOENT: there is none left; -EPROTO: one is cut off or malformed. With `err`. */
int perf_suite__next(const char **text, struct perf_suite_run *out, struct err *err);

#endif
