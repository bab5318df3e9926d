/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job_collectors.h - the collectors of a job: those that run before and after each iteration of a
 * workload, or the single one of a collector's own job.
 */
#ifndef KDUEL_JOB_COLLECTORS_H
#define KDUEL_JOB_COLLECTORS_H

#include "collectors/collector.h"
#include "runner/wire/wire.h"

/* A collector with its parameters, and its value of job->priv between calls. */
struct job_collector {
	const struct collector *col;
	struct param_set params;
	void *priv;
};

struct job_collectors {
	struct job_collector *v;
	size_t n;
};

/* Look up the collectors that a job names and set their parameters, which are called "COLLECTOR/NAME"
 * in a workload's job, and "NAME" in a collector's own. 0, -ENOENT or -EINVAL with `err` set. The
 * caller calls job_collectors__release() in any case. */
int job_collectors__bind(struct job_collectors *a, const struct wire_msg *msg, struct err *err);
/* Set the parameters of `msg` whose names begin with "PREFIX/" (NULL: those without a '/'). 0 or -errno
 * with `err` set. */
int job_collectors__put_params(struct param_set *set, const struct wire_msg *msg,
			       const char *prefix, struct err *err);
/* Call prepare() of each collector, once before the first iteration. 0 or -errno with job->err set. */
int job_collectors__prepare(const struct job_collectors *a, struct job *job);
/* Call collect() of collector number `i`. 0 or -errno with job->err set. */
int job_collectors__collect(const struct job_collectors *a, size_t i, struct job *job,
			    enum collect_phase phase);
/* Call collect() of all collectors that take part in this phase. They are nested: the last one to begin
 * is the first one to end, and its figures include the least of the work of others. 0 or -errno with
 * job->err set. */
int job_collectors__collect_all(const struct job_collectors *a, struct job *job,
				enum collect_phase phase);
/* Implements job->stage: calls stage() of each collector. `collectors` is a struct job_collectors. */
void job_collectors__stage(void *collectors, bool begin, size_t metric, uint64_t operations);
/* Implements job->point: calls point() of each collector. */
int job_collectors__point(void *collectors, struct job *job, size_t index, struct point *at);
/* How long the collectors may take in the silent part of an iteration, in ms. */
uint64_t job_collectors__max_ms(const struct job_collectors *a);
/* Call release() of each collector and free the parameters. */
void job_collectors__release(struct job_collectors *a, struct job *job);

#endif
