/* SPDX-License-Identifier: GPL-2.0-only */
/* limits.h - a helper of workloads: limits of the worker process that they may have to raise. */
#ifndef KDUEL_WORKLOADS_SUPPORT_LIMITS_H
#define KDUEL_WORKLOADS_SUPPORT_LIMITS_H

#include "lib/err.h"

/* Let this process open `n` files beside the few it has. 0 or -errno with `err` set. */
int limits__files(uint64_t n, struct err *err);
/* How many CPUs it may run on. */
unsigned int limits__cpus(void);

#endif
