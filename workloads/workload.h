/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workload.h - the interface of a workload plug-in.
 *
 * Each workload is one file that defines `const struct workload wl_NAME`; a line in list.h
 * registers it. Only run() is timed: everything else (packages, devices, mounts, servers) belongs
 * in setup() and teardown().
 */
#ifndef KDUEL_WORKLOAD_H
#define KDUEL_WORKLOAD_H

#include "lib/metric.h"
#include "lib/need.h"
#include "lib/param.h"
#include "lib/strvec.h"
#include "workloads/support/job.h"

struct workload {
	const char *name; /* [a-z0-9-]+, as in a plan */
	unsigned int version; /* increased when results are no longer comparable */
	const char *summary;
	/* Guest packages and kernel modules, NULL-terminated; either may be NULL. "src:NAME" is the
	 * program that runner/guest/program.c builds from a source package. A leading '?' marks a
	 * module that is only loaded if the kernel has it. */
	const char *const *packages;
	const char *const *modules;
	const struct need *needs; /* of the kernel, terminated by .symbol == NULL; may be NULL */
	const struct param *params; /* terminated by .name == NULL; may be NULL */
	const struct metric *metrics; /* terminated by .name == NULL; or declare() */
	unsigned int iteration_max_s; /* default timeout of one run(), in seconds */
	unsigned int setup_max_s; /* default timeout of setup(), verify() and teardown() */
	bool no_iterations; /* nothing to repeat: setup() and run() are called once per boot */

	/* What depends on parameters. Called by the host and by the agent, which must get the same
	 * result: only `params` may be used. declare() replaces the table of metrics; -EINVAL with
	 * what is wrong with which parameter. */
	int (*declare)(const struct param_set *params, struct metric_list *out, struct err *err);
	void (*more_packages)(const struct param_set *params, struct strvec *out);
	void (*more_modules)(const struct param_set *params, struct strvec *out);

	/* Hooks, in order of use; only run() is mandatory. 0 or -errno with job->err set.
	 * supported() returns -EOPNOTSUPP with the reason. teardown() is called whenever setup()
	 * was, even after a failure. */
	int (*supported)(struct job *job);
	int (*setup)(struct job *job);
	int (*run)(struct job *job);
	int (*verify)(struct job *job); /* after each run(): was the work really done? */
	void (*teardown)(struct job *job);

	/* Report samples from a saved output of the program that run() runs (any bytes,
	 * NUL-terminated at text[len]), for every run in it, in order. It is an error if a run is
	 * cut off, failed or lacks figures. NULL: there is no such program. */
	int (*parse)(struct job *job, const char *text, size_t len);
	/* The metrics of a saved output that tells what was run, instead of those selected by
	 * parameters; 0 or -errno with the reason. May be NULL. */
	int (*declare_output)(const struct param_set *params, const char *text,
			      struct metric_list *out, struct err *err);
};

/* All workloads, sorted by name, NULL-terminated. */
extern const struct workload *const workload__all[];
extern const size_t workload__count;

const struct workload *workload__find(const char *name); /* NULL if there is none */
/* The metrics of a workload with these parameters: its table, or what it declares, which is in
 * `list` (the caller releases it in either case). -EINVAL with `err`. */
int workload__metrics(const struct workload *wl, const struct param_set *params,
		      struct metric_list *list, const struct metric **out, struct err *err);
/* Check all tables (order, names, margins, hooks); aborts with the reason on a mistake. Called once
 * at startup by kduel and the agent. */
void workload__validate_all(void);

#endif
