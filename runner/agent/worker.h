/* SPDX-License-Identifier: GPL-2.0-only */
/* worker.h - the process that runs one job. */
#ifndef KDUEL_WORKER_H
#define KDUEL_WORKER_H

#include "runner/wire/wire.h"
#include "workloads/support/job.h"

/* Run the job and report through `fd`: facts, iterations, samples, and WIRE_DONE as the last message.
 * WIRE_BEAT means that the tear-down begins. After each WIRE_ITER_BEGIN it waits for a byte from `go`.
 * `dir` is removed at the end. Returns the exit code. */
int worker__main(const struct wire_msg *msg, const struct job_env *env, const char *dir, int fd,
		 int go);
/* Call only the workload's teardown(), for a worker that could not do it itself; job->priv is NULL.
 * Removes `dir`. Returns the exit code. */
int worker__teardown(const struct wire_msg *msg, const struct job_env *env, const char *dir);

/* The time limits of a job's steps: an iteration and the other steps, in ms. If the message has none,
 * those of the plug-in are used. 0, or -ENOENT with `err` set if there is no such plug-in. */
int worker__bounds(const struct wire_msg *msg, uint64_t *max_ms, uint64_t *setup_ms,
		   struct err *err);

#endif
