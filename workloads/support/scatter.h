/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scatter.h - leave the free memory in pieces, as a system that has been up for long has it.
 *
 * Pipes are filled with pages one at a time, in random order over all pipes, and a random half of
 * the pipes is emptied again: their pages are free, the pages beside them are not. Pipe pages
 * are what the kernel allocates for itself, so its next sockets and slabs land in the gaps.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_SCATTER_H
#define KDUEL_WORKLOADS_SUPPORT_SCATTER_H

#include "lib/err.h"

struct scatter {
	int *fds; /* a reading and a writing end for each pipe; -1: closed */
	size_t n;
};

/* Allocate `bytes` and free half of them. 0 or -errno with `err` set; release in both cases. */
int scatter__make(struct scatter *s, uint64_t bytes, uint64_t seed, struct err *err);
void scatter__release(struct scatter *s); /* of one all zero: nothing */

#endif
