/* SPDX-License-Identifier: GPL-2.0-only */
/* limits.h - resource limits of the worker process that workloads may have to raise. */
#ifndef KDUEL_WORKLOADS_SUPPORT_LIMITS_H
#define KDUEL_WORKLOADS_SUPPORT_LIMITS_H

#include "lib/err.h"

/* Let this process open `n` more files. 0 or -errno with `err` set. */
int limits__files(uint64_t n, struct err *err);
/* Number of CPUs that this process may run on. */
unsigned int limits__cpus(void);

#endif
