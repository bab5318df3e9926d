/* SPDX-License-Identifier: GPL-2.0-only */
/* memory.h - a helper of workloads: is there enough memory for the requested size, and room for
 * files? To be called before anything is made. */
#ifndef KDUEL_WORKLOADS_SUPPORT_MEMORY_H
#define KDUEL_WORKLOADS_SUPPORT_MEMORY_H

#include "workloads/support/job.h"

/* 0 if MemAvailable covers `bytes` and some air for the system itself; else -ENOMEM with job->err
 * naming what is asked for ("size 32M"), what it needs and what is available. */
int memory__need(struct job *job, uint64_t bytes, const char *what, const char *value);

/* The same for the file system of job->dir: -ENOSPC. */
int memory__room(struct job *job, uint64_t bytes, const char *what, const char *value);

#endif
