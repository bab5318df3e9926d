/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tmpfs.h - a private tmpfs, and files whose contents prove that they were read.
 *
 * It is mounted on job->dir in the worker's own mount namespace, so it vanishes with the worker,
 * however that ends, and is invisible to others.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_TMPFS_H
#define KDUEL_WORKLOADS_SUPPORT_TMPFS_H

#include "workloads/support/job.h"

#define TMPFS_PAGE 4096u

/* For supported(): mounting requires root. 0, or -EOPNOTSUPP with the reason. */
int tmpfs__supported(struct job *job);
/* Check that there is memory for `bytes` (requested by parameter `what`), then mount. 0 or -errno
 * with job->err set. */
int tmpfs__mount(struct job *job, uint64_t bytes, const char *what);
void tmpfs__umount(struct job *job); /* no-op if nothing is mounted */

/* The path of a file in it. */
void tmpfs__path(const struct job *job, const char *name, char *path, size_t size);
/* The word in a file at `offset`, a multiple of its stride; never 0. */
uint64_t tmpfs__word(uint64_t offset);
/* Create or replace a file and write `size` bytes from `buf`, `block` at a time, with tmpfs__word()
 * at each multiple of `stride`, which must divide `block`, which must divide `size`. 0 or -errno
 * with job->err set. */
int tmpfs__fill(struct job *job, const char *name, uint64_t size, char *buf, size_t block,
		size_t stride);
/* Check that `size` is a multiple of `block`, and `block` one of `unit`. 0 or -EINVAL with job->err
 * set. */
int tmpfs__check_block(struct job *job, uint64_t size, uint64_t block, uint64_t unit);

#endif
