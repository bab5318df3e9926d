/* SPDX-License-Identifier: GPL-2.0-only */
/* memory.h - checks before a workload starts: is there enough memory for the requested size, and
 * disk space for its files? */
#ifndef KDUEL_WORKLOADS_SUPPORT_MEMORY_H
#define KDUEL_WORKLOADS_SUPPORT_MEMORY_H

#include "workloads/support/job.h"

/* 0 if MemAvailable covers `bytes` with some headroom; else -ENOMEM, and job->err has the parameter
 * ("size 32M"), what it needs and what is available. */
int memory__need(struct job *job, uint64_t bytes, const char *what, const char *value);

/* Likewise for the file system of job->dir: -ENOSPC. */
int memory__room(struct job *job, uint64_t bytes, const char *what, const char *value);

#endif
