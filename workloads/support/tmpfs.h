/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tmpfs.h - a tmpfs of the job's own, and files whose content shows whether they were read.
 *
 * It is mounted on job->dir in a mount namespace of the worker's own: it is gone with the worker,
 * however that ends, and nobody else sees it.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_TMPFS_H
#define KDUEL_WORKLOADS_SUPPORT_TMPFS_H

#include "workloads/support/job.h"

#define TMPFS_PAGE 4096u

/* For supported(): root is needed to mount. 0, or -EOPNOTSUPP with the reason. */
int tmpfs__supported(struct job *job);
/* Check that memory holds `bytes` (asked for by the parameter `what`), then mount. 0 or -errno
 * with job->err set. */
int tmpfs__mount(struct job *job, uint64_t bytes, const char *what);
void tmpfs__umount(struct job *job); /* where nothing is mounted: nothing */

/* The path of a file in it. */
void tmpfs__path(const struct job *job, const char *name, char *path, size_t size);
/* What a file has at `offset`, a multiple of its stride: never 0. */
uint64_t tmpfs__word(uint64_t offset);
/* Make the file anew and write `size` bytes from `buf`, `block` at a time, with tmpfs__word() at
 * each multiple of `stride` (which divides `block`, and that `size`). 0 or -errno with job->err. */
int tmpfs__fill(struct job *job, const char *name, uint64_t size, char *buf, size_t block,
		size_t stride);
/* Is `size` the multiple of `block` that it must be, and `block` one of `unit`? */
int tmpfs__check_block(struct job *job, uint64_t size, uint64_t block, uint64_t unit);

#endif
