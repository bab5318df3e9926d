/* SPDX-License-Identifier: GPL-2.0-only */
/* results.h - what was read out of results of other tools: variants, metrics, values, and what they lack. */
#ifndef KDUEL_FOREIGN_RESULTS_H
#define KDUEL_FOREIGN_RESULTS_H

#include "lib/metric.h"
#include "lib/names.h"
#include "lib/strvec.h"

#define FOREIGN_FILE_MAX (16u << 20)
#define FOREIGN_SAMPLES_MAX 1000000
#define FOREIGN_RUNS_MAX 10000 /* files, times the kernels in each */

/* What is taken as a boot. */
enum foreign_boot {
	FOREIGN_ONE, /* all that a variant has: nobody said that the machine was booted in between */
	FOREIGN_FILE, /* each file */
	FOREIGN_RUN, /* each value of a metric */
};

struct foreign_metric {
	char *workload; /* as kduel names it; owned */
	struct metric metric; /* owns its name and unit */
};

/* What one file says of one variant. */
struct foreign_run {
	size_t variant; /* index into variants */
	size_t file; /* index into files */
};

struct foreign_sample {
	double value;
	uint32_t metric, run; /* indices */
	uint32_t iter; /* counted from 0 within metric and run */
	uint64_t enabled_ns, running_ns; /* of a counter; 0: of no counter */
};

/* All zeros is an empty one. */
struct foreign {
	struct strvec variants; /* [A-Za-z0-9._-]+, in the order in which they were first seen */
	struct strvec files; /* names for people */
	struct foreign_run *runs;
	size_t n_runs;
	struct foreign_metric *metrics;
	size_t n_metrics;
	struct foreign_sample *samples; /* file by file */
	size_t n_samples;
	struct strvec lacks; /* sentences without a full stop: what the results do not tell */
	struct strvec notes; /* "FILE:LINE: ...": what was left out */
	size_t n_notes; /* all of them; only the first are kept */
	bool one_boot; /* variants of one file were measured on one boot, as the format says */
	struct names sides, keys, taken, places; /* for the parsers */
	uint32_t *numbers; /* of each name that is taken: the last number behind it */
	uint32_t *next; /* of each place: the iteration that comes next */
};

#endif
