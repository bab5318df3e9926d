/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fixed.h - shared by the workloads with a fixed number of operations.
 *
 * Their work is a count, never a duration: the same parameters and seed give the same system calls
 * with the same arguments on every kernel.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_FIXED_H
#define KDUEL_WORKLOADS_SUPPORT_FIXED_H

#include "lib/metric.h"
#include "workloads/support/job.h"

/* The metrics `time` (s) and `rate` (op/s); terminated. */
extern const struct metric fixed__metrics[];

/* Report both, from the duration of the work and job->operations. -ERANGE with job->err set if
 * either is 0. */
int fixed__report(struct job *job, uint64_t took_ns);

#endif
