/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spawn.h - no workload itself: what the workloads share that start a program and wait for its end,
 * many times, one after the other. The parameter `count` says how often; each start is one
 * operation. State is at job->priv.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_SPAWN_H
#define KDUEL_WORKLOADS_SUPPORT_SPAWN_H

#include "workloads/support/job.h"

struct spawn {
	const char *const *argv; /* NULL-terminated; not owned */
	const char *package; /* that has the program */
	int status; /* the exit code of success */
};

/* For setup(). -ENOENT: there is no such program; -EPROTO: the kernel does not count forks. */
int spawn__setup(struct job *job, const struct spawn *what);
/* For run(): -EIO at the first program that ends otherwise. */
int spawn__run(struct job *job);
/* For verify(): as many ended as they should, and the kernel has counted as many forks (processes
 * in /proc/stat); then `time` and `rate` (see fixed.h). Forgets what was counted. */
int spawn__verify(struct job *job);
void spawn__teardown(struct job *job);

#endif
