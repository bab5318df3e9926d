/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * op.h - an operation of the workload micro: one kind of kernel entry.
 *
 * open() prepares it for a worker, run() performs it n times and does nothing else, check()
 * verifies that this really happened, and close() undoes open(). Only run() is timed.
 */
#ifndef KDUEL_WORKLOADS_MICRO_OP_H
#define KDUEL_WORKLOADS_MICRO_OP_H

#include "lib/err.h"

#include <sys/types.h>

/* The state of a worker's operation between open() and close(). */
struct micro {
	const char *dir; /* empty; owned by the worker */
	uint64_t done; /* operations requested from run() since open() */
	uint64_t got; /* what run() observed; check() knows the expected value */
	int fd[3]; /* -1: closed; closed by the caller of the hooks */
	pid_t peer; /* a process at the other end, or 0; killed after close() */
	void *mem; /* used by the operation */
	size_t len; /* size of the mapping at `mem` */
	struct err err;
};

struct micro_op {
	const char *name; /* [a-z0-9-]+ */
	const char *what; /* description of one operation */
	unsigned int count; /* operations at scale 1: some 20 million kernel instructions */
	bool alone; /* changes state that the threads of a process share */
	/* 0, or -errno with m->err set; open() may also return -EOPNOTSUPP, with what the kernel
	 * lacks. */
	int (*open)(struct micro *m);
	int (*run)(struct micro *m, uint64_t n);
	int (*check)(struct micro *m);
	void (*close)(struct micro *m); /* also called if open() fails; NULL: nothing to undo */
};

/* All operations in the order in which they run; NULL past the last one. */
const struct micro_op *micro__op(size_t i);

/* Report a failed call: returns -errno, or -EOPNOTSUPP if errno means that the kernel cannot do
 * it. */
int micro__fail(struct micro *m, const char *call);
/* 0 if `got` equals `want`, else -EIO; `what` names what was counted. */
int micro__expect(struct micro *m, const char *what, uint64_t got, uint64_t want);

#endif
