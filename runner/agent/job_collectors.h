/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job_collectors.h - the collectors that belong to a job: those that run before and after each
 * iteration of a workload, or the only one of a collector's own job.
 */
#ifndef KDUEL_JOB_COLLECTORS_H
#define KDUEL_JOB_COLLECTORS_H

#include "collectors/collector.h"
#include "runner/wire/wire.h"

/* A collector with its parameters and its job->priv between calls. */
struct job_collector {
	const struct collector *col;
	struct param_set params;
	void *priv;
};

struct job_collectors {
	struct job_collector *v;
	size_t n;
};

/* Look up the collectors that a job names and set their parameters: "COLLECTOR/NAME" in the job of
 * a workload, "NAME" in a collector's own. Release also on failure. 0, -ENOENT or -EINVAL with
 * `err` set. */
int job_collectors__bind(struct job_collectors *a, const struct wire_msg *msg, struct err *err);
/* Set the parameters of `msg` that begin with "PREFIX/" (NULL: those without a '/'). */
int job_collectors__put_params(struct param_set *set, const struct wire_msg *msg,
			       const char *prefix, struct err *err);
/* Call prepare() of each, once before the first iteration. 0 or -errno with job->err set. */
int job_collectors__prepare(const struct job_collectors *a, struct job *job);
/* Call collect() of number `i`. 0 or -errno with job->err set. */
int job_collectors__collect(const struct job_collectors *a, size_t i, struct job *job,
			    enum collect_phase phase);
/* Call collect() of all that take part in this phase, nested like brackets: the last to begin is
 * the first to end, and has the least of the others in its figures. */
int job_collectors__collect_all(const struct job_collectors *a, struct job *job,
				enum collect_phase phase);
/* Call stage() of each, as struct job has it; `collectors` is a struct job_collectors. */
void job_collectors__stage(void *collectors, bool begin, size_t metric, uint64_t operations);
/* Call point() of each, likewise. */
int job_collectors__point(void *collectors, struct job *job, size_t index, struct point *at);
/* How long they may take inside the silent part of an iteration. */
uint64_t job_collectors__max_ms(const struct job_collectors *a);
/* Call release() of each and free the parameters. */
void job_collectors__release(struct job_collectors *a, struct job *job);

#endif
