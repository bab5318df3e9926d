/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fixed.h - no workload itself: what the workloads with a fixed number of operations share.
 *
 * Their work is a count, never a time: the same parameters and seed are the same
 * system calls with the same arguments on every kernel.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_FIXED_H
#define KDUEL_WORKLOADS_SUPPORT_FIXED_H

#include "lib/metric.h"
#include "workloads/support/job.h"

/* `time` of the work (s) and its `rate` (op/s); terminated. */
extern const struct metric fixed__metrics[];

/* Record both from the duration of the work and job->operations. -ERANGE with job->err set when
 * either is 0. */
int fixed__report(struct job *job, uint64_t took_ns);

#endif
