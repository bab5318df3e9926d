/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job.h - the interface that the agent offers to workloads and collectors.
 *
 * A job runs in its own worker process on the booted kernel. Its reports are kept in memory and
 * leave the worker only outside of timed parts.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_JOB_H
#define KDUEL_WORKLOADS_SUPPORT_JOB_H

#include "lib/err.h"
#include "lib/metric.h"
#include "lib/param.h"
#include "lib/proc.h"
#include "workloads/support/points.h"

/* The environment; filled in by the agent (or by a test). */
struct job_env {
	/* Load a kernel module with its dependencies. 0, or -errno with `err` set; -ENOENT: neither
	 * a module nor built in. NULL: modules cannot be loaded. */
	int (*modprobe)(void *arg, const char *name, const char *options, struct err *err);
	/* Open the file of a module without loading it; NULL: there are no module files of ours. */
	int (*module_file)(void *arg, const char *name, int *fd, struct err *err);
	void *arg; /* argument of both */
	/* CLOCK_BOOTTIME when the agent's main() began, if it is PID 1; else 0. */
	uint64_t agent_start_ns;
	/* The system may be harmed: it is a disposable guest, or a machine that is declared
	 * disposable in its file. */
	bool scratch;
	bool commands; /* the user allows commands from the plan on this system (workload exec) */
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

/* A text of any length to be stored with the boot. */
struct job_text {
	char *name, *text;
	size_t len;
};

struct job {
	const char *source; /* name of the running plug-in */
	const char *workload; /* the job's workload; NULL for a collector alone */
	const struct param_set *params;
	const struct metric *metrics; /* of the workload, with these parameters */
	const struct job_env *env;
	uint64_t seed; /* for this boot and plug-in; the same for every variant */
	unsigned int iteration; /* 0-based; warm-up iterations come first */
	unsigned int iterations;
	uint64_t operations; /* performed by run() in the current iteration; 0: unknown */
	char dir[128]; /* an empty directory for the job, removed afterwards */
	void *priv; /* the plug-in's state between its hooks */
	/* Called when a stage of run() begins or ends, see job__stage_begin(); NULL: nobody
	 * counts. */
	void (*stage)(void *arg, bool begin, size_t metric, uint64_t operations);
	void *stage_arg;
	/* Called by job__point(); NULL: nobody observes. */
	int (*point)(void *arg, struct job *job, size_t index, struct point *at);
	struct err err;
	struct job_sample *samples; /* of the current iteration */
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

/* Report a sample of the current iteration. `metric` must be in the table of job->source. */
void job__sample(struct job *job, const char *metric, double value);
/* Report a fact about this boot ("dmesg/bbm" = "..."), up to 4 KiB of text. */
void job__fact(struct job *job, const char *key, const char *fmt, ...) __printf(3, 4);
/* Store a long text with the boot under its own name ("ptdump/boot"); takes ownership of `text`. */
void job__keep(struct job *job, const char *name, char *text, size_t len);
/* Begin and end a stage of run(). In exact mode, its kernel instructions per operation are reported
 * as `metric`, an index into job->metrics. Stages neither nest nor overlap. */
void job__stage_begin(struct job *job, size_t metric);
void job__stage_end(struct job *job, size_t metric, uint64_t operations);
/* Within run(): let collectors examine the kernel now and record what they see in the last of
 * `points`. The QEMU plugin's values are added on the host. Call it once per iteration and point,
 * in order. 0 or -errno with job->err set. */
int job__point(struct job *job, struct points *points);
/* Set the reason of a failure, and return `code` (negative errno). */
int job__fail(struct job *job, int code, const char *fmt, ...) __printf(3, 4);

/* Run a program to completion, with a timeout. The caller releases `res` unless it is NULL. It is a
 * failure if the program cannot be started, is killed, times out, or exits with a status other than
 * 0; job->err then quotes the last lines of its output. 0 or -errno. */
int job__exec(struct job *job, unsigned int timeout_s, struct proc_result *res, ...)
	__attribute__((sentinel));
/* Likewise with a NULL-terminated vector. */
int job__execv(struct job *job, unsigned int timeout_s, struct proc_result *res, char *const *argv);
/* Load a module (see job_env.modprobe). */
int job__modprobe(struct job *job, const char *name, const char *options);
/* Load several, NULL-terminated; a leading '?' marks an optional one. */
int job__modprobe_each(struct job *job, const char *const *names);

/* 0 on a scratch system (see job_env.scratch), else -EOPNOTSUPP; `why` is what the workload does
 * that would harm any other system. */
int job__need_scratch(struct job *job, const char *why);

/* A teardown() for plug-ins that only have memory at job->priv. */
void job__free_priv(struct job *job);

/* Drop the samples (between iterations), or everything. */
void job__clear_samples(struct job *job);
void job__release(struct job *job);

#endif
