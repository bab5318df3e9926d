/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scatter.h - fragments free memory, as on a system that has been up for a long time.
 *
 * Pipes are filled with pages one at a time, in random order over all pipes, and then a random half
 * of the pipes is emptied: their pages become free while neighbouring pages stay in use. Pipe pages
 * are kernel allocations, so that the kernel's next sockets and slabs end up in the gaps.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_SCATTER_H
#define KDUEL_WORKLOADS_SUPPORT_SCATTER_H

#include "lib/err.h"

struct scatter {
	int *fds; /* read and write end of each pipe; -1: closed */
	size_t n;
};

/* Allocate `bytes` and free half of them. 0 or -errno with `err` set; release in both cases. */
int scatter__make(struct scatter *s, uint64_t bytes, uint64_t seed, struct err *err);
void scatter__release(struct scatter *s); /* no-op if all zero */

#endif
