/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * postgres.h - a private PostgreSQL server below job->dir, which only listens on a socket there. As
 * it refuses to run as root, it and its programs run as nobody if we are root.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_POSTGRES_H
#define KDUEL_WORKLOADS_SUPPORT_POSTGRES_H

#include "workloads/support/job.h"

struct postgres_opts {
	uint64_t shared_buffers; /* bytes */
	uint64_t max_wal; /* bytes; -EINVAL below 32 MiB */
	uint64_t connections;
};

/* Are the programs and System V shared memory available? 0, or -EOPNOTSUPP with the reason. */
int postgres__supported(struct job *job);
/* Create a database cluster and start its server. 0 or -errno with job->err set. */
int postgres__start(struct job *job, const struct postgres_opts *o);
/* Stop the server immediately and remove the cluster, as far as they exist, possibly in another
 * process than the one that started it. job->err is unchanged. */
void postgres__stop(struct job *job);
/* Run a PostgreSQL program to completion, like job__exec(); its environment points clients to the
 * server. */
int postgres__exec(struct job *job, struct proc_result *res, const char *program, ...)
	__attribute__((sentinel));

#endif
