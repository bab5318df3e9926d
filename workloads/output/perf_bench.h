/* SPDX-License-Identifier: GPL-2.0-only */
/* perf_bench.h - read what `perf bench sched messaging` prints. */
#ifndef KDUEL_WORKLOADS_OUTPUT_PERF_BENCH_H
#define KDUEL_WORKLOADS_OUTPUT_PERF_BENCH_H

#include "lib/err.h"

struct perf_bench {
	double seconds; /* "Total time: 0.070 [sec]" */
	unsigned int groups, tasks; /* "1 groups == 40 processes run" */
};

/* Parse the output (any bytes, NUL-terminated). 0, or -EPROTO with `err` naming the line that
 * was expected. */
int perf_bench__parse(const char *text, struct perf_bench *out, struct err *err);

#endif
