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
#include "lib/need.h"
#include "lib/param.h"
#include "lib/strvec.h"
#include "workloads/support/job.h"

struct workload {
	const char *name; /* [a-z0-9-]+, as in a plan */
	unsigned int version; /* raised when numbers stop being comparable */
	const char *summary;
	/* Guest packages and kernel modules, NULL-terminated; either may be NULL. "src:NAME" is the
	 * program that runner/guest/program.c makes of a source package. A module with a leading
	 * '?' is loaded when the kernel has it. */
	const char *const *packages;
	const char *const *modules;
	const struct need *needs; /* of the kernel, terminated by .symbol == NULL; may be NULL */
	const struct param *params; /* terminated by .name == NULL; may be NULL */
	const struct metric *metrics; /* terminated by .name == NULL; or declare() */
	unsigned int iteration_max_s; /* default bound of one run(), seconds */
	unsigned int setup_max_s; /* default bound of setup(), verify() and teardown() */
	bool no_iterations; /* nothing to repeat: setup/run happen once per boot */

	/* What follows from the parameters. Called by the host and by the agent, which must come to
	 * the same result: nothing but `params` may be looked at. declare() stands in for a
	 * table of metrics; -EINVAL with what is wrong in which parameter. */
	int (*declare)(const struct param_set *params, struct metric_list *out, struct err *err);
	void (*more_packages)(const struct param_set *params, struct strvec *out);
	void (*more_modules)(const struct param_set *params, struct strvec *out);

	/* Hooks, in order of use; only run() is mandatory. 0 or -errno with job->err set.
	 * supported() returns -EOPNOTSUPP with the reason.
	 * teardown() runs whenever setup() was started, also after a failure. */
	int (*supported)(struct job *job);
	int (*setup)(struct job *job);
	int (*run)(struct job *job);
	int (*verify)(struct job *job); /* after each run(): was the work really done? */
	void (*teardown)(struct job *job);

	/* Record samples from a saved output of the program that run() runs (any bytes, NUL-terminated
	 * at text[len]): of every run in it, in their order. What is cut or failed, or of which only a
	 * part has figures, is an error. NULL: there is no such program. */
	int (*parse)(struct job *job, const char *text, size_t len);
	/* The metrics of a saved output that says itself what was run, in place of those that the
	 * parameters ask for; 0 or -errno with the reason. May be NULL. */
	int (*declare_output)(const struct param_set *params, const char *text,
			      struct metric_list *out, struct err *err);
};

/* All workloads, sorted by name, NULL-terminated. */
extern const struct workload *const workload__all[];
extern const size_t workload__count;

const struct workload *workload__find(const char *name); /* NULL if there is none */
/* The metrics of a workload with these parameters: its table, or what it declares, which then is
 * in `list` (released by the caller in either case). -EINVAL with `err`. */
int workload__metrics(const struct workload *wl, const struct param_set *params,
		      struct metric_list *list, const struct metric **out, struct err *err);
/* Check every table (order, names, margins, hooks); aborts with the reason on a
 * mistake. Called once at start by kduel and by the agent. */
void workload__validate_all(void);

#endif
