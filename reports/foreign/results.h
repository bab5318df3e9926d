/* SPDX-License-Identifier: GPL-2.0-only */
/* results.h - parsed results of other tools: variants, metrics, values, and what the results
 * lack. */
#ifndef KDUEL_FOREIGN_RESULTS_H
#define KDUEL_FOREIGN_RESULTS_H

#include "lib/metric.h"
#include "lib/names.h"
#include "lib/strvec.h"

#define FOREIGN_FILE_MAX (16u << 20)
#define FOREIGN_SAMPLES_MAX 1000000
#define FOREIGN_RUNS_MAX 10000 /* number of files times variants in each */

/* What counts as a boot. */
enum foreign_boot {
	/* All values of a variant: nothing says that the machine was booted in between. */
	FOREIGN_ONE,
	FOREIGN_FILE, /* each file */
	FOREIGN_RUN, /* each value of a metric */
};

struct foreign_metric {
	char *workload; /* normalized; owned */
	struct metric metric; /* owns its name and unit */
};

/* The values of one variant in one file. */
struct foreign_run {
	size_t variant; /* index into variants */
	size_t file; /* index into files */
};

struct foreign_sample {
	double value;
	uint32_t metric, run; /* indices */
	uint32_t iter; /* counts from 0 for each metric and run */
	uint64_t enabled_ns, running_ns; /* of a counter; else 0 */
};

/* All zeros is an empty one. */
struct foreign {
	struct strvec variants; /* [A-Za-z0-9._-]+, in order of appearance */
	struct strvec files; /* names for messages */
	struct foreign_run *runs;
	size_t n_runs;
	struct foreign_metric *metrics;
	size_t n_metrics;
	struct foreign_sample *samples; /* ordered by file */
	size_t n_samples;
	struct strvec lacks; /* sentences without a full stop on what the results lack */
	struct strvec notes; /* "FILE:LINE: ...": what was left out */
	size_t n_notes; /* number of notes, of which only the first are kept */
	/* The format tells that the variants of a file were measured on the same boot. */
	bool one_boot;
	struct names sides, keys, taken, places; /* parser state */
	uint32_t *numbers; /* for each taken name, the highest number appended to it */
	uint32_t *next; /* for each place, the next iteration */
};

#endif
