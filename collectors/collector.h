/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collector.h - the interface of a collector plug-in: a source of numbers and facts about the
 * booted kernel that is not a workload itself.
 *
 * One file per collector defines `const struct collector col_NAME`; one line in list.h registers
 * it.
 */
#ifndef KDUEL_COLLECTOR_H
#define KDUEL_COLLECTOR_H

#include "lib/metric.h"
#include "lib/need.h"
#include "lib/param.h"
#include "workloads/support/job.h"

/* When collect() is called; a collector gives its phases as a mask. */
enum collect_phase {
	COLLECT_AFTER_BOOT = 1 << 0, /* once, before any workload */
	COLLECT_BEFORE_ITERATION = 1 << 1, /* outside the timed part */
	COLLECT_AFTER_ITERATION = 1 << 2, /* outside the timed part */
	COLLECT_AT_END = 1 << 3, /* once, after the last workload */
	/* Before any collector's COLLECT_BEFORE_ITERATION: for expensive work. */
	COLLECT_AHEAD = 1 << 4,
	COLLECT_BEHIND = 1 << 5, /* after every collector's COLLECT_AFTER_ITERATION: likewise */
};

struct collector {
	const char *name; /* [a-z0-9-]+, as in a plan */
	unsigned int version; /* incremented when numbers are no longer comparable */
	const char *summary;
	const struct param *params; /* terminated by .name == NULL; may be NULL */
	/* What it needs of the kernel, terminated by .symbol == NULL; may be NULL. */
	const struct need *needs;
	const struct metric *metrics; /* terminated by .name == NULL; may be NULL (facts only) */
	unsigned int phases; /* mask of enum collect_phase */
	unsigned int max_s; /* time limit of one collect(), in seconds */
	/* Check on the host whether the parameters fit together. -EINVAL with the reason; NULL:
	 * they always do. */
	int (*check)(const struct param_set *params, struct err *err);
	/* Lengthy preparations, once per workload: after its set-up, outside all timed parts.
	 * Returns as collect() does. NULL: there are none. */
	int (*prepare)(struct job *job);
	/* 0, or -errno with job->err set. job->priv belongs to the collector during the iterations
	 * of one workload; samples and facts go through `job`. */
	int (*collect)(struct job *job, enum collect_phase phase);
	/* A stage of an iteration begins or ends (job__stage_begin()), within the timed part. NULL:
	 * ignored. */
	void (*stage)(bool begin, size_t metric, uint64_t operations);
	/* A workload has reached point number `index` of its curve (job__point()): record what is
	 * known about the kernel now. 0, or -errno with job->err set; NULL: nothing to record. */
	int (*point)(struct job *job, size_t index, struct point *at);
	/* Free job->priv, which may be NULL. NULL: there is nothing to free. */
	void (*release)(struct job *job);
};

/* All collectors, sorted by name, NULL-terminated. */
extern const struct collector *const collector__all[];
extern const size_t collector__count;

const struct collector *collector__find(const char *name); /* NULL if there is none */
/* Check every table; aborts with the reason on a mistake. */
void collector__validate_all(void);

#endif
