/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job.h - what the agent gives a workload or a collector to work with.
 *
 * A job runs in a worker process of its own on the booted kernel. Everything
 * it reports is kept in memory and leaves the worker only outside timed parts.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_JOB_H
#define KDUEL_WORKLOADS_SUPPORT_JOB_H

#include "lib/err.h"
#include "lib/metric.h"
#include "lib/param.h"
#include "lib/proc.h"
#include "workloads/support/points.h"

/* What the surroundings provide; filled by the agent (or by a test). */
struct job_env {
	/* Load a kernel module with its dependencies. 0, or -errno with `err` set;
	 * -ENOENT when neither a module nor built in. NULL: modules cannot be loaded. */
	int (*modprobe)(void *arg, const char *name, const char *options, struct err *err);
	/* The file of a module, without loading anything; NULL: there are none of our own. */
	int (*module_file)(void *arg, const char *name, int *fd, struct err *err);
	void *arg; /* of both */
	/* CLOCK_BOOTTIME when the agent's main() began as the first process; 0: it is not that. */
	uint64_t agent_start_ns;
	bool scratch; /* the system may come to harm: a guest that is thrown away, or a machine whose file
		       * says that it is disposable */
	bool commands; /* the user lets commands of the plan run on this system: workload exec */
};

struct job_sample {
	const char *source; /* name of the workload or collector; not owned */
	const char *metric; /* name in its table; not owned */
	double value;
	uint64_t enabled_ns, running_ns; /* multiplexing; both 0: does not apply */
};

struct job_fact {
	char *key, *value;
};

/* A text of any length that is kept with the boot. */
struct job_text {
	char *name, *text;
	size_t len;
};

struct job {
	const char *source; /* name of the plug-in that is running */
	const char *workload; /* the job's workload; NULL when it is a collector alone */
	const struct param_set *params;
	const struct metric *metrics; /* of the workload, with these parameters */
	const struct job_env *env;
	uint64_t seed; /* of this boot and plug-in; the same for every variant */
	unsigned int iteration; /* 0-based; warm-up iterations come first */
	unsigned int iterations;
	uint64_t operations; /* what run() did in the present iteration; 0: not stated */
	char dir[128]; /* an empty directory of the job's own, removed afterwards */
	void *priv; /* the plug-in's own state between its hooks */
	/* Called when a stage of run() begins or ends; NULL: nobody counts. See job__stage_begin(). */
	void (*stage)(void *arg, bool begin, size_t metric, uint64_t operations);
	void *stage_arg;
	/* Called by job__point(); NULL: nobody looks. */
	int (*point)(void *arg, struct job *job, size_t index, struct point *at);
	struct err err;
	struct job_sample *samples; /* of the present iteration */
	size_t n_samples;
	struct job_fact *facts;
	size_t n_facts;
	struct job_text *texts;
	size_t n_texts;
};

/* Parameters, by the name in the plug-in's table. */
uint64_t job__u64(const struct job *job, const char *name);
double job__number(const struct job *job, const char *name);
const char *job__text(const struct job *job, const char *name);

/* Record a sample of the present iteration. `metric` must be in the table of job->source. */
void job__sample(struct job *job, const char *metric, double value);
/* Record a fact about this boot ("dmesg/bbm" = "..."): at most 4 KiB of text. */
void job__fact(struct job *job, const char *key, const char *fmt, ...) __printf(3, 4);
/* Keep a long text with the boot under a name of its own ("ptdump/boot"); takes `text` over. */
void job__keep(struct job *job, const char *name, char *text, size_t len);
/* A stage of run() begins and ends. What counts kernel instructions (exact mode) files them per
 * operation under `metric`, an index into job->metrics. Stages neither nest nor overlap. */
void job__stage_begin(struct job *job, size_t metric);
void job__stage_end(struct job *job, size_t metric, uint64_t operations);
/* Within run(): have collectors look at the kernel now and put down what they see in the last of
 * `points`. What the plugin in QEMU sees is added on the host. Once an iteration for each point, in
 * order. 0 or -errno with job->err set. */
int job__point(struct job *job, struct points *points);
/* Say why the job failed, and return `code` (negative errno). */
int job__fail(struct job *job, int code, const char *fmt, ...) __printf(3, 4);

/* Run a program to its end with a time limit. `res` is released by the caller unless NULL.
 * A program that cannot be started, is killed, runs out of time or exits other than 0 is
 * a failure, said with the last lines of its output. 0 or -errno. */
int job__exec(struct job *job, unsigned int timeout_s, struct proc_result *res, ...)
	__attribute__((sentinel));
/* The same with a vector, NULL-terminated. */
int job__execv(struct job *job, unsigned int timeout_s, struct proc_result *res, char *const *argv);
/* Load a module (see job_env.modprobe). */
int job__modprobe(struct job *job, const char *name, const char *options);
/* Load several, NULL-terminated; one with a leading '?' may be missing. */
int job__modprobe_each(struct job *job, const char *const *names);

/* 0 on a throw-away guest that we own, else -EOPNOTSUPP; `why` is what the workload does that no other
 * system may suffer. */
int job__need_scratch(struct job *job, const char *why);

/* A teardown() for a plug-in that has nothing but memory at job->priv. */
void job__free_priv(struct job *job);

/* Forget samples (between iterations) / everything. */
void job__clear_samples(struct job *job);
void job__release(struct job *job);

#endif
