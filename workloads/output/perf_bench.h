/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * perf_bench.h - parses the output of `perf bench sched messaging`, and of hackbench in rt-tests,
 * which it is based on:
 *   # Running 'sched/messaging' benchmark:      Running in process mode with 10 groups using 40
 *   # 1 groups == 40 processes run              file descriptors each (== 400 tasks)
 *        Total time: 0.070 [sec]                Time: 0.070
 * Other benchmarks of perf bench have similar output ("# Running 'sched/pipe' benchmark:", or in a
 * collection "# Running sched/pipe benchmark..."); they are skipped.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_PERF_BENCH_H
#define KDUEL_WORKLOADS_OUTPUT_PERF_BENCH_H

#include "lib/err.h"

struct perf_bench {
	double seconds; /* "Total time: 0.070 [sec]" */
	unsigned int groups, tasks; /* "1 groups == 40 processes run" */
};

/* Parse an output (any bytes, NUL-terminated) with a single run of this benchmark. 0, or -EPROTO
 * with the expected line in `err`. */
int perf_bench__parse(const char *text, struct perf_bench *out, struct err *err);
/* The next run in *text; advances *text. -ENOENT: there is none left. */
int perf_bench__next(const char **text, struct perf_bench *out, struct err *err);

#endif
