/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * op.h - an operation of the workload micro: one kind of call into the kernel.
 *
 * open() prepares it for one worker, run() does it n times and nothing else, check() says whether
 * that really happened, close() undoes open(). Only run() is timed.
 */
#ifndef KDUEL_WORKLOADS_MICRO_OP_H
#define KDUEL_WORKLOADS_MICRO_OP_H

#include "lib/err.h"

#include <sys/types.h>

/* What one worker has of an operation between open() and close(). */
struct micro {
	const char *dir; /* empty, the worker's own */
	uint64_t done; /* operations that run() was asked for since open() */
	uint64_t got; /* what run() saw of them; check() knows what it should be */
	int fd[3]; /* -1: not open; closed by whoever opened it all */
	pid_t peer; /* a process at the other end, or 0; ended after close() */
	void *mem; /* the operation's own */
	size_t len; /* of a mapping at `mem` */
	struct err err;
};

struct micro_op {
	const char *name; /* [a-z0-9-]+ */
	const char *what; /* one operation, in words */
	unsigned int count; /* operations at scale 1: some 20 million instructions of the kernel */
	bool alone; /* changes what all threads of a process share */
	/* 0 or -errno with m->err set; open() also returns -EOPNOTSUPP, with what the kernel lacks. */
	int (*open)(struct micro *m);
	int (*run)(struct micro *m, uint64_t n);
	int (*check)(struct micro *m);
	void (*close)(struct micro *m); /* also after a failure of open(); NULL: nothing to undo */
};

/* All operations in the order in which they run; NULL from the last one on. */
const struct micro_op *micro__op(size_t i);

/* A call failed with errno: -errno, or -EOPNOTSUPP when that says that the kernel cannot do it. */
int micro__fail(struct micro *m, const char *call);
/* Of `what` there are as many as expected, else -EIO. */
int micro__expect(struct micro *m, const char *what, uint64_t got, uint64_t want);

#endif
