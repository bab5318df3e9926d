/* SPDX-License-Identifier: GPL-2.0-only */
/* worker.h - the process that carries out one job. */
#ifndef KDUEL_WORKER_H
#define KDUEL_WORKER_H

#include "runner/wire/wire.h"
#include "workloads/support/job.h"

/* Carry out the job and report through `fd`: facts, iterations, samples, and WIRE_DONE as
 * the last message. WIRE_BEAT means that the next bounded step (teardown) begins. After
 * each WIRE_ITER_BEGIN it waits for a byte from `go`. The files in `dir` are removed. Returns the exit
 * code. */
int worker__main(const struct wire_msg *msg, const struct job_env *env, const char *dir, int fd,
		 int go);
/* Only the workload's teardown(), in place of a worker that could not do it itself. The
 * workload finds job->priv NULL. */
int worker__teardown(const struct wire_msg *msg, const struct job_env *env, const char *dir);

/* How long the steps of this job may take, with the plug-in's own bounds where the message
 * gives none. -ENOENT with `err` set when there is no such plug-in. */
int worker__bounds(const struct wire_msg *msg, uint64_t *max_ms, uint64_t *setup_ms,
		   struct err *err);

#endif
