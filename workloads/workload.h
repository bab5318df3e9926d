/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workload.h - the contract of a workload plug-in.
 *
 * One file per workload defines `const struct workload wl_NAME`; one line in
 * list.h registers it. Only run() is timed: everything else (packages, devices,
 * mounts, servers) belongs into setup() and teardown().
 */
#ifndef KDUEL_WORKLOAD_H
#define KDUEL_WORKLOAD_H

#include "lib/metric.h"
#include "lib/param.h"
#include "workloads/job.h"

struct workload {
	const char *name; /* [a-z0-9-]+, as in a plan */
	unsigned int version; /* raised when numbers stop being comparable */
	const char *summary;
	/* Guest packages and kernel modules, NULL-terminated; either may be NULL. A module
	 * with a leading '?' is loaded when the kernel has it. */
	const char *const *packages;
	const char *const *modules;
	const struct param *params; /* terminated by .name == NULL; may be NULL */
	const struct metric *metrics; /* terminated by .name == NULL */
	unsigned int iteration_max_s; /* default bound of one run(), seconds */
	unsigned int setup_max_s; /* default bound of setup(), verify() and teardown() */
	bool no_iterations; /* nothing to repeat: setup/run happen once per boot */

	/* Hooks, in order of use; only run() is mandatory. 0 or -errno with job->err set.
	 * supported() returns -EOPNOTSUPP with the reason.
	 * teardown() runs whenever setup() was started, also after a failure. */
	int (*supported)(struct job *job);
	int (*setup)(struct job *job);
	int (*run)(struct job *job);
	int (*verify)(struct job *job); /* after each run(): was the work really done? */
	void (*teardown)(struct job *job);
};

/* All workloads, sorted by name, NULL-terminated. */
extern const struct workload *const workload__all[];
extern const size_t workload__count;

const struct workload *workload__find(const char *name); /* NULL if there is none */
const struct metric *metric__find(const struct metric *table, const char *name);
/* Check every table (order, names, margins, hooks); aborts with the reason on a
 * mistake. Called once at start by kduel and by the agent. */
void workload__validate_all(void);

#endif
