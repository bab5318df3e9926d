/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * perf_bench.h - read what `perf bench sched messaging` prints, and hackbench of rt-tests, which
 * it was made of:
 *   # Running 'sched/messaging' benchmark:      Running in process mode with 10 groups using 40
 *   # 1 groups == 40 processes run              file descriptors each (== 400 tasks)
 *        Total time: 0.070 [sec]                Time: 0.070
 * perf bench prints other benchmarks alike ("# Running 'sched/pipe' benchmark:"; in a collection
 * "# Running sched/pipe benchmark..."): those are passed over.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_PERF_BENCH_H
#define KDUEL_WORKLOADS_OUTPUT_PERF_BENCH_H

#include "lib/err.h"

struct perf_bench {
	double seconds; /* "Total time: 0.070 [sec]" */
	unsigned int groups, tasks; /* "1 groups == 40 processes run" */
};

/* Parse an output (any bytes, NUL-terminated) that holds one run of this benchmark. 0, or -EPROTO
 * with `err` naming the line that was expected. */
int perf_bench__parse(const char *text, struct perf_bench *out, struct err *err);
/* The next run in *text, which is moved behind it. -ENOENT: there is none left. */
int perf_bench__next(const char **text, struct perf_bench *out, struct err *err);

#endif
