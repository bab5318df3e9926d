/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * postgres.h - a PostgreSQL server of the job's own, below job->dir, heard on a socket there and
 * nowhere else. It refuses to run as root: where we are root, it and its programs run as nobody.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_POSTGRES_H
#define KDUEL_WORKLOADS_SUPPORT_POSTGRES_H

#include "workloads/support/job.h"

struct postgres_opts {
	uint64_t shared_buffers; /* bytes */
	uint64_t max_wal; /* bytes; -EINVAL below 32 MiB */
	uint64_t connections;
};

/* Are the programs and System V shared memory there? 0, or -EOPNOTSUPP with the reason. */
int postgres__supported(struct job *job);
/* Make a database cluster and start its server. 0 or -errno with job->err. */
int postgres__start(struct job *job, const struct postgres_opts *o);
/* End the server at once and remove the cluster, whatever there is of both; also in another
 * process than that which started it. job->err stays as it is. */
void postgres__stop(struct job *job);
/* Run a program of PostgreSQL's to its end, as job__exec(); its environment leads clients to the
 * server. */
int postgres__exec(struct job *job, struct proc_result *res, const char *program, ...)
	__attribute__((sentinel));

#endif
