/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spawn.h - shared by workloads that start a program and wait for its end, many times in sequence.
 * The parameter `count` is the number of starts, each of which is one operation. Uses job->priv.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_SPAWN_H
#define KDUEL_WORKLOADS_SUPPORT_SPAWN_H

#include "workloads/support/job.h"

struct spawn {
	const char *const *argv; /* NULL-terminated; not owned */
	const char *package; /* package with the program */
	int status; /* exit status on success */
};

/* For setup(). -ENOENT: there is no such program; -EPROTO: the kernel does not count forks. */
int spawn__setup(struct job *job, const struct spawn *what);
/* For run(). -EIO on the first program that ends with another status. */
int spawn__run(struct job *job);
/* For verify(): check that all programs ended as expected and that the kernel counted as many forks
 * (processes in /proc/stat), then report `time` and `rate` (see fixed.h). Resets the counts. */
int spawn__verify(struct job *job);
void spawn__teardown(struct job *job);

#endif
